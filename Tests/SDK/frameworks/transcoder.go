// Package transcoder is the code under test of the article's example: it asks for a job, and once more if the service
// is busy.
package transcoder

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// MakeSmall returns the job's id.
func MakeSmall(service, accessKey, secretKey, key string) (id int64, err error) {
	form := url.Values{"bucket": {"media"}, "key": {key}, "fops": {"avthumb/mp4"}, "notifyURL": {"http://127.0.0.1:9/done"}}
	body := form.Encode()
	mac := hmac.New(sha1.New, []byte(secretKey))
	mac.Write([]byte("/pfop\n" + body))
	for tries := 2; ; tries-- {
		request, err := http.NewRequest("POST", service+"/pfop", strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Authorization", "QBox "+accessKey+":"+base64.URLEncoding.EncodeToString(mac.Sum(nil)))
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, err
		}
		defer answer.Body.Close()
		if answer.StatusCode == 200 {
			var job struct{ PersistentID int64 }
			err = json.NewDecoder(answer.Body).Decode(&job)
			return job.PersistentID, err
		}
		// With BROKEN it makes up an id in place of asking again: the expectation alone can notice.
		if answer.StatusCode > 500 && os.Getenv("BROKEN") != "" {
			return 1, nil
		}
		if answer.StatusCode < 500 || tries == 1 {
			return 0, fmt.Errorf("refused: %d", answer.StatusCode)
		}
	}
}
