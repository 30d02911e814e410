"""Routes of the exam officer for roster photos: bring them, see what is usable, delete them."""

from chalice.app import Blueprint

from chalicelib.api.routing import Call, endpoint
from chalicelib.api.schemas import DeclarePhotos, WithReason
from chalicelib.api.views import PhotoUploadView
from chalicelib.domain.people import Role
from chalicelib.usecases.purge_identity import PurgeReport, purge_identity
from chalicelib.usecases.upload_photos import Photos, declare_photos, look_at_photos

photos = Blueprint(__name__)
OFFICER = frozenset({Role.OFFICER})


@endpoint(
    photos, "POST", "/exams/{exam_id}/photos", roles=OFFICER, body=DeclarePhotos, answers=PhotoUploadView,
    status=201, zh="上传报名照片（ZIP）", en="Upload roster photos (ZIP)",
)  # fmt: skip
def upload(call: Call, body: DeclarePhotos, exam_id: str) -> PhotoUploadView:
    declared, to = declare_photos(call.ports, exam_id, body.size_bytes, body.sha256, call.caller.subject)
    return PhotoUploadView(
        upload_id=declared.upload_id, url=to.url, headers=dict(to.headers), expires_at=to.expires_at
    )


@endpoint(
    photos, "GET", "/exams/{exam_id}/photos", roles=frozenset({Role.OFFICER, Role.SUPPORT}), answers=Photos,
    zh="报名照片检查结果", en="What came of the roster photos",
)  # fmt: skip
def look(call: Call, exam_id: str) -> Photos:
    return look_at_photos(call.ports, exam_id)


@endpoint(
    photos, "POST", "/exams/{exam_id}/photos/purge", roles=OFFICER, body=WithReason, answers=PurgeReport,
    zh="删除报名照片及特征值", en="Delete roster photos and embeddings",
)  # fmt: skip
def purge(call: Call, body: WithReason, exam_id: str) -> PurgeReport:
    return purge_identity(call.ports, exam_id, body.reason, call.caller.subject)
