"""The merchant, in the Dashboard's frame: one shell without shop data, and fragments for staff proved by Saleor."""

from __future__ import annotations

from flask import Blueprint

from plugin.web.dashboard import (
    bundling,
    choosing,
    door,
    fragments,
    knowing,
    knowing_categories,
    permitting,
    proposing,
    proving,
    ruling,
    shell,
    words,
)

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")
blueprint.register_blueprint(shell.blueprint)
door.blueprint.register_blueprint(fragments.blueprint)
door.blueprint.register_blueprint(choosing.blueprint)
door.blueprint.register_blueprint(bundling.blueprint)
door.blueprint.register_blueprint(proposing.blueprint)
door.blueprint.register_blueprint(ruling.blueprint)
door.blueprint.register_blueprint(knowing.blueprint)
door.blueprint.register_blueprint(knowing_categories.blueprint)
door.blueprint.register_blueprint(proving.blueprint)
door.blueprint.register_blueprint(permitting.blueprint)
blueprint.register_blueprint(door.blueprint)
blueprint.after_request(shell.secure)
for in_words in (words.grouped, words.plural, words.storage, words.ago, words.sentence):
    blueprint.add_app_template_filter(in_words, in_words.__name__)
