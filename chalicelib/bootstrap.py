"""The only place that wires ports to adapters. All is made on first use: cold start is paid by people."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from chalicelib.adapters import (
    bucket,
    clock,
    crew,
    crypto,
    faces,
    glance,
    identity_store,
    recordings_store,
    stores,
    streams_store,
    workflows,
)
from chalicelib.domain.errors import FaceLoginOff
from chalicelib.observability import logger
from chalicelib.ports import FaceRoom, IdentityProvider, Inspector, Ports, StudiedPhoto
from chalicelib.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.face import Challenge, Embedding, FaceDecision
    from chalicelib.domain.facts import Expected, SegmentFacts
    from chalicelib.media.faces.engine import FaceEngine
    from chalicelib.ports import StoredObject


@cache
def ports() -> Ports:
    """The ports of this process, made once."""
    return make_ports(read_settings())


def make_ports(settings: Settings) -> Ports:
    """Wire the adapters to the resources that the settings name."""
    quick = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=3, read_timeout=10)
    # Version 4 signatures bind headers; checksums only where we ask for them.
    s3 = boto3.client(
        "s3",
        config=quick.merge(
            Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            )
        ),
    )
    # A burst takes a second, a cold face function a few more; asked again it would be judged twice.
    patient = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=25)
    kms = boto3.client("kms", config=quick)
    return Ports(
        clock=clock.SystemClock(),
        entropy=clock.SystemEntropy(),
        exams=glance.GlancedExams(stores.exams(settings.exams_table)),
        candidates=stores.candidates(settings.candidates_table),
        sittings=stores.sittings(settings.sittings_table),
        segments=recordings_store.DynamoSegments(settings.segments_table),
        journal=streams_store.DynamoJournal(settings.journal_table),
        sessions=stores.sessions(settings.sessions_table),
        invitations=stores.invitations(settings.sessions_table),
        face_challenges=stores.face_challenges(settings.sessions_table),
        ticket_tries=stores.ticket_tries(settings.sessions_table),
        address_tries=stores.address_tries(settings.sessions_table),
        used_proofs=stores.used_proofs(settings.sessions_table),
        attempts=stores.attempts(settings.sessions_table),
        staff=stores.staff(settings.staff_table),
        presence=streams_store.DynamoPresence(settings.presence_table),
        vault=bucket.S3Vault(s3, settings.recordings_bucket),
        identity=identity_store.S3Identity(s3, settings.identity_bucket),
        publications=bucket.S3Publications(s3, settings.publications_bucket, settings.publications_url),
        keys=crypto.KmsKeys(kms, settings.data_key_id, settings.receipt_key_id),
        secrets=crypto.KmsSecrets(kms, settings.staff_key_id),
        workflows=workflows.StepFunctions(
            boto3.client("stepfunctions", config=quick),
            settings.exam_machine_arn,
            settings.sitting_machine_arn,
        ),
        passwords=crypto.Argon2Passwords(),
        proofs=crypto.P256Proofs(),
        cipher=crypto.AesGcm(),
        crew=crew.Threads(),
        site_url=settings.site_url,
        faces=faces.LambdaFaces(boto3.client("lambda", config=patient), settings.face_function)
        if settings.face_function
        else None,
        identity_provider=_identity_provider(settings),
    )


def _identity_provider(settings: Settings) -> IdentityProvider | None:
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id or not settings.oidc_roles_claim:
        raise ValueError("OidcIssuer wants OidcClientId and OidcRolesClaim beside it")
    # Loaded where there is one only.
    from chalicelib.adapters.jwks import JwksProvider
    from chalicelib.domain.id_token import OidcClient

    return JwksProvider(
        OidcClient(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            authorize_url=settings.oidc_authorize_url,
            roles_claim=settings.oidc_roles_claim,
        )
    )


class MediaRoom:
    """The media engine behind its port; its libraries are imported when the first segment comes.

    `models_dir` may hold the face detector's file; without it no faces are counted.
    """

    def __init__(self, models_dir: str) -> None:
        from chalicelib.media.content.decoder import Decoder

        self._models_dir = models_dir
        self._decoder = Decoder()

    def inspect(self, stored: "StoredObject", expected: "Expected") -> "SegmentFacts":
        """Look at a segment: bytes, structure, timeline, and pictures and sound where they look odd."""
        from chalicelib.media.inspect import ContentChecks, inspect
        from chalicelib.media.source import RangedSource

        checks = ContentChecks(
            face_model=self._face_model(),
            # The sweep opens the evidence recording (DESIGN §2).
            pan=expected.kind == "evidence" and expected.segment_no == 1,
            decoder=self._decoder,
        )
        return inspect(RangedSource(stored.size_bytes, stored.read), expected, content=checks)

    def _face_model(self) -> str | None:
        from chalicelib.media.model_registry import YUNET, ModelUnavailable, model_file

        if not self._models_dir:
            return None
        try:
            return str(model_file(YUNET, [Path(self._models_dir)]))
        except ModelUnavailable as missing:
            logger().warning("no face detector", extra={"code": missing.code})
            return None


@cache
def inspector() -> Inspector:
    """The media room's engine, one decoding process for the life of this one."""
    return MediaRoom(read_settings().models_dir)


class OpenCvFaces:
    """The face engine behind its port; loaded when the first face comes. Without models it is off."""

    def __init__(self, models_dir: str) -> None:
        self._models_dir = models_dir
        self._loaded: FaceEngine | None = None

    @property
    def model(self) -> str:
        """Name of the embedder."""
        return self._engine().model

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return self._engine().embedder.entry.dimension

    def study(self, jpeg: bytes) -> StudiedPhoto:
        """Look at a roster photo."""
        seen = self._engine().study(jpeg)
        return StudiedPhoto(seen.frame, seen.embedding, seen.portrait)

    def decide(
        self, frames: "Sequence[bytes]", roster: "Embedding", challenge: "Challenge"
    ) -> "FaceDecision":
        """Decide a login."""
        return self._engine().decide_login(frames, roster, challenge)

    def _engine(self) -> "FaceEngine":
        if self._loaded is None:
            from chalicelib.media.faces.engine import FaceEngine
            from chalicelib.media.model_registry import ModelUnavailable

            try:
                self._loaded = FaceEngine.load([Path(self._models_dir)] if self._models_dir else [])
            except ModelUnavailable as missing:
                logger().warning("face login is off", extra={"code": missing.code})
                raise FaceLoginOff from missing
        return self._loaded


@cache
def face_room() -> FaceRoom:
    """The face engine, one for the life of this process."""
    return OpenCvFaces(read_settings().models_dir)


def retention_days() -> int:
    """How many days after an exam its roster photos are kept.

    Raises
    ------
    ValueError
        If the template does not say: nothing may be deleted, or kept, by a guess.
    """
    return int(read_settings().retention_days)
