// What a team would write that takes leads on Node: fastify, zod, json-rules-engine, and better-sqlite3 with what
// durability needs. One process, one transaction a lead: lead, score with reasons, consent, key and outbox row.
// The micro-moment that leadglass reads too is left out, in favour of this one.
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { RULES, decide } from './rules.mjs'

const [packages, port, file] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(packages), 'index.js'))
const load = async (name) => import(pathToFileURL(require.resolve(name)))
const { default: fastify } = await load('fastify')
const { z } = await load('zod')
const { Engine, Operator } = await load('json-rules-engine')
const { default: Database } = await load('better-sqlite3')

const text = (most) => z.string().trim().min(1).max(most)
const Lead = z.object({
  key: z.uuid(),
  name: text(80),
  email: z.email().max(254),
  company: text(200),
  employees: z.number().int().min(0),
  budget: z.enum(['under_5k', 'to_20k', 'to_100k', 'over_100k']),
  message: z.string().trim().min(10).max(2000),
  consent: z.literal(true),
  source: z.string().max(200).optional(),
  medium: z.string().max(200).optional(),
  campaign: z.string().max(200).optional(),
  page_url: z.string().max(2000).optional(),
  referrer: z.string().max(2000).optional(),
})

const engine = new Engine(RULES)
engine.addOperator(new Operator('contains', (fact, value) => fact.includes(value)))

const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
db.exec(`
  CREATE TABLE lead (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, received_at TEXT NOT NULL, name TEXT, email TEXT, company TEXT,
    employees INTEGER, budget TEXT, message TEXT, source TEXT, medium TEXT, campaign TEXT, page_url TEXT, referrer TEXT,
    points REAL NOT NULL, decision TEXT NOT NULL, reasons TEXT NOT NULL, receipt TEXT NOT NULL
  ) STRICT;
  CREATE INDEX lead_email ON lead (email, received_at);
  CREATE INDEX lead_received ON lead (received_at);
  CREATE TABLE consent (lead TEXT NOT NULL REFERENCES lead (id), purpose TEXT NOT NULL, wording TEXT NOT NULL, given_at TEXT NOT NULL) STRICT;
  CREATE TABLE outbox (id TEXT PRIMARY KEY, lead TEXT NOT NULL REFERENCES lead (id), kind TEXT NOT NULL, due_at TEXT NOT NULL) STRICT;
`)
const insertLead = db.prepare(`INSERT INTO lead VALUES (@id, @key, @received_at, @name, @email, @company, @employees, @budget,
  @message, @source, @medium, @campaign, @page_url, @referrer, @points, @decision, @reasons, @receipt) ON CONFLICT (key) DO NOTHING`)
const insertConsent = db.prepare(`INSERT INTO consent VALUES (?, 'contact', 'You may contact me about this enquiry', ?)`)
const insertOutbox = db.prepare(`INSERT INTO outbox VALUES (?, ?, 'lead.created', ?)`)
const before = db.prepare('SELECT receipt FROM lead WHERE key = ?')
const keep = db.transaction((lead) => {
  if (insertLead.run(lead).changes === 0) return before.get(lead.key).receipt
  insertConsent.run(lead.id, lead.received_at)
  insertOutbox.run(randomUUID(), lead.id, lead.received_at)
  return lead.receipt
})

const app = fastify({ bodyLimit: 65536 })
app.get('/readyz', async () => 'ready\n')
app.post('/leads', async (request, reply) => {
  const read = Lead.safeParse(request.body)
  if (!read.success) return reply.code(422).send({ violations: read.error.issues })
  const { consent, ...lead } = read.data
  const facts = {
    budget: lead.budget,
    employees: lead.employees,
    domain: lead.email.split('@').pop().toLowerCase(),
    text: lead.message.toLowerCase(),
    company: lead.company.toLowerCase(),
  }
  const { events } = await engine.run(facts)
  const points = events.reduce((sum, event) => sum + event.params.points, 0)
  const decision = decide(points)
  const id = randomUUID()
  const receipt = JSON.stringify({ id, decision, heading: 'Thank you.' })
  const none = { source: null, medium: null, campaign: null, page_url: null, referrer: null }
  const reasons = JSON.stringify(events.map((event) => ({ id: event.type, ...event.params })))
  const kept = keep({ ...none, ...lead, id, received_at: new Date().toISOString(), points, decision, reasons, receipt })
  return reply.type('application/json').send(kept)
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
