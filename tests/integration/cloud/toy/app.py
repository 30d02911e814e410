"""A project as small as can be that uses everything the local cloud offers."""

from chalice import Chalice
from chalicelib.functions import functions
from chalicelib.routes import routes

app = Chalice(app_name="toy")
app.register_blueprint(functions)
app.register_blueprint(routes)
