// What a chart says in words and numbers: its name for those who do not see it, its legend, its table.

import { element, find } from './dom.js'

/** @typedef {{ label: string, points: [number, number][] }} Series */
/** @typedef {{ title: string, unit: string, series: Series[] }} Figures */

const COLOURS = 8

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1, notation: 'compact' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/** @param {number | null | undefined} value */
export const shown = (value) => (value === undefined || value === null ? '–' : number.format(value))

/** @param {number} at epoch ms */
export const timeOfDay = (at) => clock.format(at)

/** The minutes that any line has a figure of, in order.
 * @param {Figures} chart */
export function minutesOf({ series }) {
  return [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b)
}

/** Title and table of a `figure` made from the page's template.
 * @param {HTMLElement} figure @param {Figures} chart @param {number} minutes how far back the chart reaches */
export function describe(figure, chart, minutes) {
  const caption = find(figure, 'figcaption')
  caption.replaceChildren(chart.title)
  if (chart.unit) caption.append(' ', element('small', `in ${chart.unit}`))
  find(figure, 'summary').textContent = 'As a table'
  find(figure, '.scroll').setAttribute('aria-label', `${chart.title}, as a table`)
  find(figure, '.plot').setAttribute('aria-label', inWords(chart, minutes))

  const times = minutesOf(chart)
  for (const part of ['.legend', 'details']) find(figure, part).hidden = times.length === 0
  const empty = find(figure, '.empty')
  empty.hidden = times.length > 0
  empty.textContent = empty.hidden ? '' : `no figures in the last ${minutes} minutes`
  table(find(figure, 'table'), chart, times)
}

/** What a reader who does not see the lines is told.
 * @param {Figures} chart @param {number} minutes */
function inWords(chart, minutes) {
  const parts = chart.series.filter(({ points }) => points.length > 0).map(({ label, points }) => {
    const values = points.map(([, value]) => value)
    return `${label} ${shown(values.at(-1))}, at most ${shown(Math.max(...values))}`
  })
  return `${chart.title}, last ${minutes} minutes: ${parts.join('; ') || 'no figures'}`
}

/** Each line's value at one minute.
 * @param {HTMLElement} figure @param {Figures} chart @param {number | undefined} at */
export function legend(figure, chart, at) {
  find(figure, '.legend').replaceChildren(...chart.series.map(({ label, points }, index) => {
    const item = element('li', `${label} `)
    item.className = look(index)
    item.append(element('b', shown(valueAt(points, at))))
    return item
  }))
}

/** The class that gives a line its colour, in the legend as in the plot.
 * @param {number} index */
export const look = (index) => `colour-${index % COLOURS}${isSecondRound(index) ? ' second-round' : ''}`

/** Whether the colours have all been used, so that lines are dashed.
 * @param {number} index */
export const isSecondRound = (index) => index >= COLOURS

/** @param {[number, number][]} points @param {number | undefined} at */
export const valueAt = (points, at) => points.find(([moment]) => moment === at)?.[1]

/** @param {Element} table @param {Figures} chart @param {number[]} times */
function table(table, chart, times) {
  const head = row('th', ['Minute', ...chart.series.map(({ label }) => label)])
  const rows = times.toReversed().map((at) =>
    row('td', [timeOfDay(at), ...chart.series.map(({ points }) => shown(valueAt(points, at)))]),
  )
  const [thead, tbody] = [element('thead'), element('tbody')]
  thead.append(head)
  tbody.append(...rows)
  table.replaceChildren(thead, tbody)
}

/** @param {'th' | 'td'} kind @param {string[]} cells */
function row(kind, cells) {
  const tr = element('tr')
  tr.append(...cells.map((text, index) => {
    const cell = element(kind === 'th' || index === 0 ? 'th' : 'td', text)
    if (cell.tagName === 'TH') cell.setAttribute('scope', kind === 'th' ? 'col' : 'row')
    return cell
  }))
  return tr
}
