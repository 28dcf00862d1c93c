// The code under test of the article's example: asks for a job, and once more if the service is busy.
const { createHmac } = require('node:crypto')

exports.makeSmall = async (url, accessKey, secretKey, key) => {
  const notifyURL = 'http://127.0.0.1:9/done'
  const body = new URLSearchParams({ bucket: 'media', key, fops: 'avthumb/mp4', notifyURL }).toString()
  const signature = createHmac('sha1', secretKey).update(`/pfop\n${body}`).digest('base64')
  const headers = {
    Authorization: `QBox ${accessKey}:${signature.replaceAll('+', '-').replaceAll('/', '_')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  for (let left = 2; ; left--) {
    const answer = await fetch(`${url}/pfop`, { method: 'POST', body, headers })
    if (answer.status === 200) return (await answer.json()).persistentId
    // With BROKEN it makes up an id in place of asking again: the expectation alone can notice.
    if (answer.status > 500 && process.env.BROKEN) return 1
    if (answer.status < 500 || left === 1) throw new Error(`refused: ${answer.status}`)
  }
}
