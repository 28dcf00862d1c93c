"""The server's own API, as a test speaks to it."""

import requests


class Admin:
    def __init__(self, url):
        self.url = f"{url}/__admin"

    def get(self, path, **parameters):
        return self.answer(requests.get(f"{self.url}/{path}", params=parameters, timeout=60))

    def post(self, path, body=None):
        return self.answer(requests.post(f"{self.url}/{path}", json=body or {}, timeout=60))

    def put(self, path, body):
        return self.answer(requests.put(f"{self.url}/{path}", json=body, timeout=60))

    def delete(self, path):
        return self.answer(requests.delete(f"{self.url}/{path}", timeout=60))

    def advance(self, by):
        return self.post("clock/advance", {"by": by})

    def deliveries(self, **parameters):
        return self.get("notifications", **parameters)["notifications"]

    @staticmethod
    def answer(answer):
        assert answer.status_code == 200, answer.text
        return answer.json()
