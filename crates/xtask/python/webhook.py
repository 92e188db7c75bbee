"""A receiver that takes one message if its signature holds, and a changed one does not. Prints its port, then reads its secret."""

import http.server
import sys

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(204 if holds(headers, body) and not holds(headers, body + " ") else 400)
        self.end_headers()

    def log_message(self, *_):
        pass


def holds(headers, body):
    try:
        Webhook(secret).verify(body, headers)
        return True
    except WebhookVerificationError:
        return False


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
secret = sys.stdin.readline().strip()
server.handle_request()
