"""The SDK as a tester calls it. What differs between its releases is settled here and nowhere else."""

import inspect
import json
import time

import qiniu
from qiniu import config, http

ACCESS_KEY = "testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW"
SECRET_KEY = "testsk-0123456789abcdefghijklmnopqrstuvw"
NOTIFY_URL = "http://127.0.0.1:9999/callback?a=1&b=2"
FOPS = ["avthumb/mp4/s/480x320"]

# Before 7.1.0 a host was given without its scheme.
TAKES_SCHEME = "://" in config.API_HOST
OFFICIAL_HOST = config.API_HOST
# What releases of the last years added.
TAKES_TYPES = "persistent_type" in inspect.signature(qiniu.PersistentFop.execute).parameters
TAKES_TEMPLATES = "workflow_template_id" in inspect.signature(qiniu.PersistentFop.execute).parameters


class Answer:
    """What the SDK made of an answer: `ret` and `info` as it returned them."""

    def __init__(self, ret, info):
        self.ret = ret
        self.info = info
        self.status = info.status_code

    @property
    def id(self):
        assert self.status == 200, self.info
        assert list(self.ret) == ["persistentId"]
        return self.ret["persistentId"]

    @property
    def error(self):
        """The `error` of the answer; from 7.3 on the SDK hands out the whole JSON text in its place."""
        text = self.info.error
        return json.loads(text)["error"] if text.startswith("{") else text

    @property
    def headers(self):
        return self.info._ResponseInfo__response.headers

    @property
    def diagnosis(self):
        return self.headers["X-Mock-Diagnosis"]


class Client:
    def __init__(self, url, access_key=ACCESS_KEY, secret_key=SECRET_KEY):
        self.host = url if TAKES_SCHEME else url.removeprefix("http://")
        self.url = url
        self.auth = qiniu.Auth(access_key, secret_key)

    def with_keys(self, access_key=ACCESS_KEY, secret_key=SECRET_KEY):
        return Client(self.url, access_key, secret_key)

    def pfop(self, bucket="media", key="video.mp4", fops=FOPS, notify_url=NOTIFY_URL, pipeline=None, force=None, **more):
        qiniu.set_default(default_api_host=self.host)
        job = qiniu.PersistentFop(self.auth, bucket, pipeline, notify_url)
        return Answer(*job.execute(key, fops, force, **more))

    def put(self, key, data, bucket="media", scope_key=None, expires=3600, **policy):
        """Uploads by form; `policy` holds members of the put policy."""
        token = self.auth.upload_token(bucket, scope_key, expires, policy, strict_policy=False)
        if hasattr(config, "UPAUTO_HOST"):
            # Before 7.1.0 there were no regions.
            qiniu.set_default(default_up_host=self.host)
        elif not hasattr(config, "UC_HOST"):
            # 7.1 asks a fixed host for the region; what it has asked already it does not ask again.
            hosts = {"upHosts": [self.url], "ioHosts": [self.url], "deadline": time.time() + 3600}
            cache = {f"http:{self.auth.get_access_key()}:{bucket}": hosts}
            qiniu.set_default(default_zone=qiniu.Zone(host_cache=cache))
        else:
            qiniu.set_default(default_zone=qiniu.Zone(up_host=self.url))
        return Answer(*qiniu.put_data(token, key, data))

    def stat(self, bucket, key):
        qiniu.set_default(default_rs_host=self.host)
        # The newest look for the region's host, whatever the default is.
        zone = {"zone": qiniu.Zone(rs_host=self.url)} if hasattr(config, "QUERY_REGION_HOST") else {}
        return Answer(*qiniu.BucketManager(self.auth, **zone).stat(bucket, key))

    def status(self, persistent_id):
        qiniu.set_default(default_api_host=self.host)
        if hasattr(qiniu.PersistentFop, "get_status"):
            return Answer(*qiniu.PersistentFop(self.auth, "media").get_status(persistent_id))
        # No call of its own before 7.18: through the SDK's HTTP functions, as its users did.
        get = getattr(http, "_get_with_auth", http._get)
        return Answer(*get(f"{self.url}/status/get/prefop", {"id": persistent_id}, self.auth))
