"""localstripe on loopback, with nothing kept on disk: service.py PORT"""

import loopback  # noqa: F401, first

import sys

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app

store.dump_to_disk = lambda: None
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
