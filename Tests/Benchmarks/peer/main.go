// The peer of scripts/bench: Go's net/http doing the work of POST /pfop. It verifies the QBox signature, decodes the
// form, looks bucket and key up, records a job and answers {"persistentId": n}.
package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

const (
	formType    = "application/x-www-form-urlencoded"
	maximumBody = 1 << 20
)

var secrets = map[string][]byte{
	"testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW": []byte("testsk-0123456789abcdefghijklmnopqrstuvw"),
}

var buckets = map[string]map[string]bool{"media": {"video.mp4": true}}

type job struct{ bucket, key, fops, notifyURL string }

var (
	lock sync.Mutex
	jobs []job
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	tlsAddress := flag.String("tls", "", "where to speak https")
	certificate := flag.String("certificate", "", "PEM file")
	key := flag.String("key", "", "PEM file")
	flag.Parse()
	http.HandleFunc("/pfop", pfop)
	http.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, struct{}{}) })
	if *tlsAddress != "" {
		go func() { log.Fatal(http.ListenAndServeTLS(*tlsAddress, *certificate, *key, nil)) }()
	}
	log.Fatal(http.ListenAndServe(*address, nil))
}

func pfop(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		refuse(w, http.StatusMethodNotAllowed, "method not allowed")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maximumBody))
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad body")
		return
	}
	if !verified(r, body) {
		refuse(w, http.StatusUnauthorized, "bad token")
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad form")
		return
	}
	asked := job{form.Get("bucket"), form.Get("key"), form.Get("fops"), form.Get("notifyURL")}
	if asked.fops == "" || asked.notifyURL == "" {
		refuse(w, http.StatusBadRequest, "bad parameter")
		return
	}
	if !buckets[asked.bucket][asked.key] {
		refuse(w, http.StatusNotFound, "no such key")
		return
	}
	lock.Lock()
	jobs = append(jobs, asked)
	id := len(jobs)
	lock.Unlock()
	answer(w, http.StatusOK, map[string]int{"persistentId": id})
}

// verified tells whether the request carries "QBox <AccessKey>:<sign>" with the sign of its path and body.
func verified(r *http.Request, body []byte) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	accessKey, sign, isPair := strings.Cut(token, ":")
	secret, isKnown := secrets[accessKey]
	if scheme != "QBox" || !isPair || !isKnown {
		return false
	}
	mac := hmac.New(sha1.New, secret)
	io.WriteString(mac, r.URL.RequestURI()+"\n")
	if r.Header.Get("Content-Type") == formType {
		mac.Write(body)
	}
	return hmac.Equal([]byte(base64.URLEncoding.EncodeToString(mac.Sum(nil))), []byte(sign))
}

func refuse(w http.ResponseWriter, status int, text string) {
	answer(w, status, map[string]any{"code": status, "error": text})
}

func answer(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(text)
}
