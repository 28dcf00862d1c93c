<?php
/** The code under test of the article's example: asks for a job, and once more if the service is busy. */
class Transcoder
{
    /** @return int the job's id */
    public static function makeSmall(string $url, string $accessKey, string $secretKey, string $key): int
    {
        $notifyURL = 'http://127.0.0.1:9/done';
        $form = ['bucket' => 'media', 'key' => $key, 'fops' => 'avthumb/mp4', 'notifyURL' => $notifyURL];
        $body = http_build_query($form);
        $signature = base64_encode(hash_hmac('sha1', "/pfop\n$body", $secretKey, true));
        $token = "QBox $accessKey:" . strtr($signature, '+/', '-_');
        $context = stream_context_create(['http' => [
            'method' => 'POST', 'content' => $body, 'ignore_errors' => true,
            'header' => "Authorization: $token\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        ]]);
        for ($tries = 2; ; $tries--) {
            $answer = file_get_contents("$url/pfop", false, $context);
            $status = (int) explode(' ', $http_response_header[0])[1];
            if ($status === 200) {
                return json_decode($answer)->persistentId;
            }
            // With BROKEN it makes up an id in place of asking again: the expectation alone can notice.
            if ($status > 500 && getenv('BROKEN')) {
                return 1;
            }
            if ($status < 500 || $tries === 1) {
                throw new RuntimeException("refused: $status");
            }
        }
    }
}
