// publicodes at the work of the comparison; run by node in a folder where it is installed.
//
//   node publicodes_peer.mjs TRIPS.json RUNS    prints one JSON object
//
// A table dated twice is `variations` over date and mode; each trip is a situation of its own.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { performance } from 'node:perf_hooks'

const require = createRequire(pathToFileURL(process.cwd() + '/'))
const loaded = await import(pathToFileURL(require.resolve('publicodes')).href)
const Engine = loaded.default?.default ?? loaded.default
const { version } = JSON.parse(readFileSync('node_modules/publicodes/package.json', 'utf8'))

const MODES = ['cycling', 'walking', 'bus', 'metro', 'ev']
const TABLES = { baseline: [135, 135, 135, 135, 186], project: [0, 0, 44.6, 21.2, 73.5] }

function table(numbers) {
  const byMode = () => ({
    variations: [
      ...MODES.slice(1).map((name, at) => ({
        si: `mode = '${name}'`,
        alors: `${numbers[at + 1]} g/km`,
      })),
      { sinon: `${numbers[0]} g/km` },
    ],
  })
  return {
    variations: [{ si: 'day >= 01/07/2025', alors: byMode() }, { sinon: byMode() }],
  }
}

const rules = {
  day: { 'par défaut': '01/01/2025', type: 'date' },
  mode: {
    'par défaut': "'cycling'",
    type: 'texte',
  },
  distance: { 'par défaut': '1 km' },
  baseline: table(TABLES.baseline),
  project: table(TABLES.project),
  reduction: { valeur: 'distance * (baseline - project)', unité: 'g' },
}

const trips = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const runs = Number(process.argv[3])

function total(engine) {
  let sum = 0
  for (const trip of trips) {
    engine.setSituation({
      distance: `${trip.km} km`,
      mode: `'${trip.mode}'`,
      day: trip.day,
    })
    sum += engine.evaluate('reduction').nodeValue
  }
  return sum
}

const quiet = { logger: { log() {}, warn() {}, error() {} } }
const lines = []
for (const [way, options] of [
  ['setSituation and evaluate, a trip at a time', quiet],
  ['the same, strict', { ...quiet, strict: true }],
]) {
  const engine = new Engine(rules, options)
  let seconds = Infinity
  let processor = Infinity
  let sum = 0
  for (let run = 0; run < runs; run++) {
    const begun = performance.now()
    const before = process.cpuUsage()
    sum = total(engine)
    const used = process.cpuUsage(before)
    seconds = Math.min(seconds, (performance.now() - begun) / 1000)
    processor = Math.min(processor, (used.user + used.system) / 1e6)
  }
  lines.push({ way, records: trips.length, total_g: sum, seconds, processor })
}
console.log(JSON.stringify({ engine: `publicodes ${version}`, lines }))
