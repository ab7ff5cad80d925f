// Asks for figures again and again, and shows them; says so when there are none.

import { drawChart, redrawCharts } from './chart.js'
import { element, find } from './dom.js'

/** @typedef {{ name: string, state: string, since: string, description: string }} Alarm */
/** @typedef {{ title: string, charts: import('./readings.js').Figures[] }} Stage */
/** @typedef {{ prefix: string, at: number, minutes: number, intervalSeconds: number, alarms: Alarm[], stages: Stage[] }} Figures */

const RETRY_MS = 5_000
const RUNBOOK = ' Runbook: '
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' })

let readAt = 0

async function refresh() {
  const answer = await askForFigures()
  setTimeout(refresh, answer ? answer.intervalSeconds * 1000 : RETRY_MS)
  if (!answer) trouble('The command `chatctl dashboard` does not answer; it may have ended. This page goes on asking.')
  else if (answer.error) trouble(`No figures at the moment: ${answer.error}`)
  else show(answer)
}

async function askForFigures() {
  try {
    return await (await fetch('figures')).json()
  } catch {
    return undefined
  }
}

/** @param {string} text */
function trouble(text) {
  const place = find(document, '#trouble')
  const shown = readAt ? `${text} What is shown is of ${time.format(readAt)}.` : text
  if (place.textContent !== shown) place.textContent = shown
  place.hidden = false
  freshness('stale', readAt ? `last read ${time.format(readAt)}` : 'nothing read yet')
}

/** @param {Figures} figures */
function show(figures) {
  readAt = figures.at
  const place = find(document, '#trouble')
  place.hidden = true
  place.textContent = ''
  document.title = `${figures.prefix} dashboard`
  find(document, '#prefix').textContent = figures.prefix
  freshness('live', `read ${time.format(figures.at)}, every ${figures.intervalSeconds} s; the last ${figures.minutes} minutes`)
  showAlarms(figures.alarms)
  showStages(figures)
}

/** @param {'live' | 'stale'} state @param {string} text */
function freshness(state, text) {
  const place = find(document, '#freshness')
  place.dataset.state = state
  place.textContent = text
}

/** @param {Alarm[]} alarms */
function showAlarms(alarms) {
  const on = alarms.filter(({ state }) => state === 'ALARM')
  const summary = find(document, '#alarms-summary')
  const text = on.length ? `${on.length} of ${alarms.length} are on` : `all ${alarms.length} are quiet`
  if (summary.textContent !== text) summary.textContent = text
  summary.dataset.state = on.length ? 'on' : 'quiet'
  find(document, '#alarms-on').replaceChildren(...on.map(alarmItem))
  find(document, '#alarms-all').replaceChildren(...alarms.map(({ name, state, since }) => {
    const row = element('tr')
    const head = element('th', name)
    head.setAttribute('scope', 'row')
    row.append(head, element('td', state), element('td', moment.format(new Date(since))))
    return row
  }))
  const section = find(document, '#alarms')
  section.hidden = false
}

/** @param {Alarm} alarm */
function alarmItem({ name, state, since, description }) {
  const [text = '', runbook] = description.split(RUNBOOK)
  const item = element('li')
  item.append(element('strong', `${name} ${state}`), ` since ${moment.format(new Date(since))}. ${text} `)
  if (runbook?.startsWith('https://')) {
    const link = element('a', 'Runbook')
    link.setAttribute('href', runbook)
    link.setAttribute('aria-label', `Runbook of ${name}`)
    item.append(link)
  }
  return item
}

/** @param {Figures} figures */
function showStages({ stages, at, minutes }) {
  const place = find(document, '#stages')
  if (place.children.length !== stages.length) place.replaceChildren(...stages.map(stageSection))
  stages.forEach(({ charts }, column) => {
    const drawn = [...(place.children[column]?.querySelectorAll('figure') ?? [])]
    charts.forEach((chart, row) => {
      const figure = drawn[row]
      if (figure) drawChart(figure, chart, at, minutes)
    })
  })
}

/** @param {Stage} stage @param {number} column */
function stageSection({ title, charts }, column) {
  const template = /** @type {HTMLTemplateElement} */ (find(document, '#chart'))
  const section = element('section')
  section.className = 'stage'
  const heading = element('h2', title)
  heading.id = `stage-${column}`
  section.setAttribute('aria-labelledby', heading.id)
  section.append(heading, ...charts.map(() => template.content.cloneNode(true)))
  return section
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawCharts)
refresh()
