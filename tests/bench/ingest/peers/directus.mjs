// What a team would take that writes nothing itself: Directus with SQLite, a collection of leads that anybody may add to, and
// its rules of what must be there. It scores nothing and tells nobody.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [packages, port, file, ready] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(packages), 'index.js'))
const ADMIN = { email: 'admin@example.org', password: randomUUID() }
const address = `http://127.0.0.1:${port}`
Object.assign(process.env, {
  HOST: '127.0.0.1',
  PORT: port,
  PUBLIC_URL: address,
  SECRET: randomUUID(),
  DB_CLIENT: 'sqlite3',
  DB_FILENAME: path.resolve(file),
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  LOG_LEVEL: 'error',
  TELEMETRY: 'false',
  RATE_LIMITER_ENABLED: 'false',
  NODE_ENV: 'production',
})

const cli = path.join(path.resolve(packages), 'node_modules/directus/cli.js')
const made = spawnSync(process.execPath, [cli, 'bootstrap'], { stdio: ['ignore', 'ignore', 'inherit'] })
if (made.status !== 0) throw new Error(`bootstrap ended with ${made.status}`)
await import(pathToFileURL(require.resolve('@directus/api/start')))

let token
async function ask(method, at, body) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(address + at, { method, headers, body: body && JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${text}`)
  return text && JSON.parse(text).data
}

for (const begun = Date.now(); ; ) {
  try {
    if ((await fetch(`${address}/server/ping`)).ok) break
  } catch {
    if (Date.now() - begun > 60_000) throw new Error('it does not answer')
  }
  await new Promise((done) => setTimeout(done, 50))
}
token = (await ask('POST', '/auth/login', ADMIN)).access_token

const field = (name, type, more = {}) => ({ field: name, type, schema: { is_nullable: true, ...more } })
await ask('POST', '/collections', {
  collection: 'leads',
  schema: {},
  meta: {},
  fields: [
    { field: 'id', type: 'uuid', meta: { special: ['uuid'] }, schema: { is_primary_key: true } },
    field('key', 'uuid', { is_unique: true }),
    ...['name', 'email', 'company', 'budget', 'source', 'medium', 'campaign', 'page_url', 'referrer'].map((name) =>
      field(name, 'string'),
    ),
    field('message', 'text'),
    field('employees', 'integer'),
    field('consent', 'boolean'),
  ],
})
const [everybody] = await ask('GET', '/policies?fields=id,roles.role,roles.user&filter[name][_contains]=public')
const needed = ['key', 'name', 'email', 'company', 'employees', 'budget', 'message', 'consent']
await ask('POST', '/permissions', {
  policy: everybody.id,
  collection: 'leads',
  action: 'create',
  permissions: {},
  validation: { _and: needed.map((name) => ({ [name]: { _nnull: true } })) },
  fields: ['*'],
})
writeFileSync(ready, '')
