"""Composition: the Chalice app, its blueprints and triggers."""

from chalice.app import Chalice

from chalicelib.api.accounts import accounts
from chalicelib.api.candidate import candidate
from chalicelib.api.evidence import evidence
from chalicelib.api.officer import officer
from chalicelib.api.photos import photos
from chalicelib.api.proctor import proctor
from chalicelib.api.shape import in_our_shape
from chalicelib.api.staff import staff
from chalicelib.triggers.exam_tasks import exam_tasks
from chalicelib.triggers.faces import faces
from chalicelib.triggers.retention import retention
from chalicelib.triggers.sitting_tasks import sitting_tasks
from chalicelib.triggers.verification import verification

app = Chalice(app_name="viva")
# A roster comes as the office's file has it, GB18030 included: raw bytes, untouched on the way.
app.api.binary_types.append("text/csv")

app.register_middleware(in_our_shape, "http")
ROUTES = (staff, accounts, officer, photos, candidate, evidence, proctor)
TRIGGERS = (exam_tasks, sitting_tasks, verification, faces, retention)
for room in (*ROUTES, *TRIGGERS):
    app.register_blueprint(room)
