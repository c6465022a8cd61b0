"""A web server and a mail server that write down what they are told, and misbehave on request.

Prints one line: the port of each. Every request is a line of JSON in `told`; how a path is answered
stands in the file `answers`: lines of `PATH CODE [SECONDS]`; 200 at once where it stands nowhere.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

folder = Path(sys.argv[1])
lock = threading.Lock()


def tell(line):
    with lock, open(folder / "told", "a") as file:
        file.write(json.dumps(line) + "\n")


def answer(path):
    for line in (folder / "answers").read_text().splitlines():
        words = line.split()
        if words and words[0] == path:
            return int(words[1]), float(words[2]) if len(words) > 2 else 0
    return 200, 0


class Web(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        code, wait = answer(self.path)
        tell({"path": self.path, "code": code, "body": json.loads(body),
              "authorization": self.headers["Authorization"],
              "key": self.headers["Idempotency-Key"]})
        time.sleep(wait)
        try:
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass  # who waited has gone

    def log_message(self, *_):
        pass


class Mail:
    async def handle_DATA(self, server, session, envelope):
        code, _ = answer("mail")
        tell({"path": "mail", "code": code, "from": envelope.mail_from, "to": envelope.rcpt_tos,
              "text": envelope.content.decode()})
        if code != 200:
            return f"{code} not now"
        return "250 OK"


(folder / "answers").touch()
(folder / "told").touch()
web = ThreadingHTTPServer(("127.0.0.1", 0), Web)
threading.Thread(target=web.serve_forever, daemon=True).start()
mail = 0
try:
    from aiosmtpd.smtp import SMTP
except ImportError:
    pass
else:
    import asyncio

    loop = asyncio.new_event_loop()
    make = loop.create_server(lambda: SMTP(Mail(), hostname="localhost", loop=loop), "127.0.0.1", 0)
    mail = loop.run_until_complete(make).sockets[0].getsockname()[1]
    threading.Thread(target=loop.run_forever, daemon=True).start()
print(web.server_address[1], mail, flush=True)
threading.Event().wait()
