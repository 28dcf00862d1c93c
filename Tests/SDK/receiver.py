"""A receiver of notifications, as an application has one."""

import http.server
import json
import threading


class Receiver:
    """Answers the statuses of `script` one after the other, the last one for good, and keeps what came."""

    def __init__(self, *script):
        self.script = list(script) or [200]
        self.received = []
        self.lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.received.append((self.path, dict(self.headers), body))
                    status = receiver.script.pop(0) if len(receiver.script) > 1 else receiver.script[0]
                answer = json.dumps({"seen": True}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/done?for=test"

    def bodies(self):
        return [json.loads(body) for _, _, body in self.received]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
