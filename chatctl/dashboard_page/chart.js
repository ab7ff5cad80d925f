// Draws one chart: lines over the last minutes, a legend with values, and the same as a table.

/** @typedef {{ label: string, points: [number, number][] }} Series */
/** @typedef {{ title: string, unit: string, series: Series[] }} Figures */

const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 320
const HEIGHT = 120
const LEFT = 34
const BOTTOM = 16
const TOP = 8
const MINUTE_MS = 60_000
const COLOURS = 8

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1, notation: 'compact' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/**
 * Fill a `figure` made from the page's template.
 * @param {HTMLElement} figure
 * @param {Figures} chart
 * @param {number} end epoch ms at the right edge
 * @param {number} minutes from the left edge to the right one
 */
export function drawChart(figure, chart, end, minutes) {
  const start = Math.floor(end / MINUTE_MS - minutes) * MINUTE_MS
  const top = niceTop(Math.max(...chart.series.flatMap(({ points }) => points.map(([, value]) => value)), 0))
  const x = (/** @type {number} */ at) => LEFT + ((at - start) / (end - start)) * (WIDTH - LEFT)
  const y = (/** @type {number} */ value) => TOP + (1 - value / top) * (HEIGHT - BOTTOM - TOP)

  const caption = find(figure, 'figcaption')
  caption.replaceChildren(chart.title)
  if (chart.unit) caption.append(' ', element('small', `in ${chart.unit}`))
  find(figure, 'summary').textContent = 'As a table'
  find(figure, '.scroll').setAttribute('aria-label', `${chart.title}, as a table`)

  const svg = find(figure, 'svg')
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
  svg.setAttribute('aria-label', inWords(chart, minutes))
  svg.replaceChildren(...axes(start, end, top, x, y))
  const empty = chart.series.every(({ points }) => points.length === 0)
  if (empty) {
    const text = shape('text', { x: (WIDTH + LEFT) / 2, y: HEIGHT / 2 - 10, 'text-anchor': 'middle' })
    text.textContent = `no figures in the last ${minutes} minutes`
    svg.append(text)
  }
  for (const part of ['.legend', 'details']) /** @type {HTMLElement} */ (find(figure, part)).hidden = empty
  chart.series.forEach((series, index) => svg.append(line(series, index, x, y)))

  const minutesShown = [...new Set(chart.series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b)
  legend(figure, chart, minutesShown.at(-1))
  table(find(figure, 'table'), chart, minutesShown)
  follow(figure, svg, chart, minutesShown, x)
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

/** @param {number} start @param {number} end @param {number} top
 * @param {(at: number) => number} x @param {(value: number) => number} y */
function axes(start, end, top, x, y) {
  const drawn = []
  for (const value of [0, top / 2, top]) {
    drawn.push(shape('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }))
    const text = shape('text', { x: LEFT - 5, y: y(value) + 3, 'text-anchor': 'end' })
    text.textContent = shown(value)
    drawn.push(text)
  }
  const step = 10 * MINUTE_MS
  for (let at = Math.ceil(start / step) * step; at <= end; at += step) {
    const text = shape('text', { x: Math.min(Math.max(x(at), LEFT + 12), WIDTH - 14), y: HEIGHT - 3, 'text-anchor': 'middle' })
    text.textContent = clock.format(at)
    drawn.push(text)
  }
  return drawn
}

/** @param {number} index */
const look = (index) => `colour-${index % COLOURS}${index < COLOURS ? '' : ' second-round'}`

/** Joins neighbouring minutes; a minute without a figure is a gap.
 * @param {Series} series @param {number} index
 * @param {(at: number) => number} x @param {(value: number) => number} y */
function line({ points }, index, x, y) {
  const group = shape('g', { class: look(index) })
  /** @type {[number, number][][]} */
  const runs = []
  for (const point of points) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run && before && point[0] - before[0] <= MINUTE_MS) run.push(point)
    else runs.push([point])
  }
  for (const run of runs) {
    const first = run[0]
    if (run.length === 1 && first) group.append(shape('circle', { class: 'dot', cx: x(first[0]), cy: y(first[1]), r: 2.5 }))
    else group.append(shape('polyline', { class: 'line', points: run.map(([at, value]) => `${x(at)},${y(value)}`).join(' ') }))
  }
  return group
}

/** Each line's value at one minute.
 * @param {HTMLElement} figure @param {Figures} chart @param {number | undefined} at */
function legend(figure, chart, at) {
  find(figure, '.legend').replaceChildren(...chart.series.map(({ label, points }, index) => {
    const item = element('li', `${label} `)
    item.className = look(index)
    item.append(element('b', shown(points.find(([moment]) => moment === at)?.[1])))
    return item
  }))
}

/** @param {Element} table @param {Figures} chart @param {number[]} minutesShown */
function table(table, chart, minutesShown) {
  const head = row('th', ['Minute', ...chart.series.map(({ label }) => label)])
  const rows = minutesShown.toReversed().map((at) =>
    row('td', [clock.format(at), ...chart.series.map(({ points }) => shown(points.find(([moment]) => moment === at)?.[1]))]),
  )
  const [thead, tbody] = [element('thead'), element('tbody')]
  thead.append(head)
  tbody.append(...rows)
  table.replaceChildren(thead, tbody)
}

/** The legend shows the minute under the pointer.
 * @param {HTMLElement} figure @param {Element} svg @param {Figures} chart
 * @param {number[]} minutesShown @param {(at: number) => number} x */
function follow(figure, svg, chart, minutesShown, x) {
  const cursor = shape('line', { class: 'cursor', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden' })
  svg.append(cursor)
  const show = (/** @type {number | undefined} */ at) => {
    cursor.setAttribute('visibility', at === undefined ? 'hidden' : 'visible')
    if (at !== undefined) for (const end of ['x1', 'x2']) cursor.setAttribute(end, String(x(at)))
    legend(figure, chart, at ?? minutesShown.at(-1))
  }
  const target = /** @type {SVGSVGElement} */ (svg)
  target.onpointermove = (event) => {
    const box = svg.getBoundingClientRect()
    const pointer = ((event.clientX - box.left) / box.width) * WIDTH
    const nearest = minutesShown.toSorted((a, b) => Math.abs(x(a) - pointer) - Math.abs(x(b) - pointer))[0]
    show(nearest)
  }
  target.onpointerleave = () => show(undefined)
}

/** The least of 1, 2 and 5 times a power of ten that holds the value, so that the axis reads well.
 * @param {number} value */
function niceTop(value) {
  if (value <= 0) return 2
  const power = 10 ** Math.floor(Math.log10(value))
  return Math.max(2, [1, 2, 5, 10].map((step) => step * power).find((top) => top >= value) ?? value)
}

/** @param {number | undefined} value */
const shown = (value) => (value === undefined ? '–' : number.format(value))

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

/** @param {string} name @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}

/** @param {string} name @param {string} [text] */
export function element(name, text) {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  return made
}

/** @param {ParentNode} within @param {string} selector */
export function find(within, selector) {
  const found = within.querySelector(selector)
  if (!found) throw new Error(`the page has no ${selector}`)
  return found
}
