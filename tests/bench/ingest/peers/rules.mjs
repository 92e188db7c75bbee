// The ten criteria of `form.toml`, as json-rules-engine has them. What a lead gets is the sum.

const contains = (words) => ({ any: words.map((value) => ({ fact: 'text', operator: 'contains', value })) })
const is = (fact, value) => ({ all: [{ fact, operator: 'equal', value }] })

export const RULES = [
  ['budget_large', 40, is('budget', 'over_100k'), 'A large budget'],
  ['budget_fair', 25, is('budget', 'to_100k'), 'A fair budget'],
  ['budget_small', -10, is('budget', 'under_5k'), 'A small budget'],
  ['company_large', 20, { all: [{ fact: 'employees', operator: 'greaterThanInclusive', value: 200 }] }, 'A large company'],
  [
    'company_middle',
    10,
    {
      all: [
        { fact: 'employees', operator: 'greaterThanInclusive', value: 20 },
        { fact: 'employees', operator: 'lessThan', value: 200 },
      ],
    },
    'A company of some size',
  ],
  [
    'own_domain',
    7.5,
    { all: [{ fact: 'domain', operator: 'notIn', value: ['gmail.com', 'mail.ru', 'yahoo.com'] }] },
    'Address at a domain of their own',
  ],
  ['asks_for_price', 10, contains(['price', 'quote', 'offer']), 'Asks for a price'],
  ['asks_for_date', 8, contains(['deadline', 'by march', 'this month']), 'Asks for a date'],
  ['looks_for_a_job', -50, contains(['vacancy', 'internship']), 'Looks for a job'],
  ['student', -15, { any: ['university', 'school'].map((value) => ({ fact: 'company', operator: 'contains', value })) }, 'A school'],
].map(([id, points, conditions, reason]) => ({ conditions, event: { type: id, params: { points, reason } } }))

export const decide = (points) => (points >= 45 ? 'accept' : points >= 5 ? 'nurture' : 'decline')
