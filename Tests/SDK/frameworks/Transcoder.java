import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The code under test of the article's example: asks for a job, and once more if the service is busy. */
class Transcoder {
  /** Returns the job's id. */
  static long makeSmall(String url, String accessKey, String secretKey, String key) throws Exception {
    String body = "bucket=media&key=" + URLEncoder.encode(key, StandardCharsets.UTF_8)
        + "&fops=avthumb%2Fmp4&notifyURL=http%3A%2F%2F127.0.0.1%3A9%2Fdone";
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    byte[] signature = mac.doFinal(("/pfop\n" + body).getBytes(StandardCharsets.UTF_8));
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/pfop"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Authorization", "QBox " + accessKey + ":" + Base64.getUrlEncoder().encodeToString(signature))
        .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    for (int tries = 2; ; tries--) {
      var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 200) return Long.parseLong(answer.body().replaceAll("\\D", ""));
      // With BROKEN it makes up an id in place of asking again: the expectation alone can notice.
      if (answer.statusCode() > 500 && System.getenv("BROKEN") != null) return 1;
      if (answer.statusCode() < 500 || tries == 1) throw new IllegalStateException("refused: " + answer.statusCode());
    }
  }
}
