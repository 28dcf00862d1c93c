# The code under test of the article's example: asks for a job, and once more if the service is busy.
require 'base64'
require 'json'
require 'net/http'
require 'openssl'

module Transcoder
  # Returns the job's id.
  def self.make_small(url, access_key, secret_key, key)
    form = { bucket: 'media', key: key, fops: 'avthumb/mp4', notifyURL: 'http://127.0.0.1:9/done' }
    body = URI.encode_www_form(form)
    signature = Base64.urlsafe_encode64(OpenSSL::HMAC.digest('SHA1', secret_key, "/pfop\n#{body}"))
    headers = { 'Authorization' => "QBox #{access_key}:#{signature}", 'Content-Type' => 'application/x-www-form-urlencoded' }
    2.downto(1) do |left|
      answer = Net::HTTP.post(URI("#{url}/pfop"), body, headers)
      return JSON.parse(answer.body)['persistentId'] if answer.code == '200'
      # With BROKEN it makes up an id in place of asking again: the expectation alone can notice.
      return 1 if answer.code > '500' && ENV['BROKEN']
      raise "refused: #{answer.code}" if answer.code < '500' || left == 1
    end
  end
end
