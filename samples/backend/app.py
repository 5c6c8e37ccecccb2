# A shop with a server-side tag behind `abide proxy`: the tag sends nothing until the visitor agrees. Runs in any WSGI
# server.
#   python3 samples/backend/app.py 8000   and   abide proxy --to http://127.0.0.1:8000
import sys
from wsgiref.simple_server import make_server


def allows(environ, category):
    """What the visitor allows. Abide-Consent is `required, analytics=?0, ...`: a key alone is true; no field: nothing."""
    return category in environ.get("HTTP_ABIDE_CONSENT", "").split(", ")


def application(environ, start_response):
    if allows(environ, "analytics"):
        print(f"tag: a visit to {environ['PATH_INFO']}", flush=True)  # or a request to its vendor
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<!doctype html><title>Shop</title><p>Hello"]


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000, application).serve_forever()
