// Draws one chart with uPlot: lines over the last minutes. What is said in words is in readings.js.

import { find } from './dom.js'
import { describe, isSecondRound, legend, look, minutesOf, shown, timeOfDay, valueAt } from './readings.js'

/** @typedef {import('./readings.js').Figures} Figures */
/** @typedef {{ plot: uPlot, chart: Figures, start: number, end: number }} Drawn */

const MINUTE_MS = 60_000
const HEIGHT = 112
const LEAST_TOP = 2 // an axis for no more than a few events needs whole numbers

/** @type {WeakMap<HTMLElement, Drawn>} */
const drawn = new WeakMap()

/**
 * Fill a `figure` made from the page's template, or bring it up to date.
 * @param {HTMLElement} figure
 * @param {Figures} chart
 * @param {number} end epoch ms at the right edge
 * @param {number} minutes from the left edge to the right one
 */
export function drawChart(figure, chart, end, minutes) {
  describe(figure, chart, minutes)
  const start = Math.floor(end / MINUTE_MS - minutes) * MINUTE_MS
  const before = drawn.get(figure)
  if (before && before.chart.series.length === chart.series.length) {
    Object.assign(before, { chart, start, end })
    before.plot.setData(columns(chart))
  } else {
    before?.plot.destroy()
    const place = find(figure, '.plot')
    const plot = new uPlot(options(figure, place.clientWidth, chart.series.length), undefined, place)
    drawn.set(figure, { plot, chart, start, end })
    plot.setData(columns(chart))
    if (!before) resized.observe(place)
  }
  showValues(figure)
}

/** A minute without a figure is a gap: between two figures further apart stands an empty column.
 * @param {Figures} chart @returns {uPlot.AlignedData} */
function columns(chart) {
  const times = minutesOf(chart)
  const withGaps = times.flatMap((at, index) => {
    const before = times[index - 1]
    return before !== undefined && at - before > MINUTE_MS ? [before + MINUTE_MS, at] : [at]
  })
  return [withGaps, ...chart.series.map(({ points }) => withGaps.map((at) => valueAt(points, at) ?? null))]
}

/** @param {HTMLElement} figure @param {number} width @param {number} lines
 * @returns {uPlot.Options} */
function options(figure, width, lines) {
  const axis = {
    stroke: () => getComputedStyle(find(figure, '.plot')).color,
    font: '10px system-ui, sans-serif',
    ticks: { show: false },
  }
  return {
    width,
    height: HEIGHT,
    ms: 1,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
      move: (plot, left, top) => [snapped(figure, plot, left), top],
    },
    scales: {
      x: { range: () => range(figure) },
      y: { range: (_plot, _least, most) => [0, uPlot.rangeNum(0, Math.max(most ?? 0, LEAST_TOP), 0, true)[1]] },
    },
    axes: [
      { ...axis, size: 18, gap: 3, grid: { show: false }, space: 60, values: (_plot, splits) => splits.map(timeOfDay) },
      {
        ...axis,
        size: 36,
        gap: 4,
        space: 32,
        grid: { stroke: () => borderColour(figure, '.plot'), width: 1 },
        values: (_plot, splits) => splits.map(shown),
      },
    ],
    series: [{}, ...Array.from({ length: lines }, (_, index) => line(figure, index))],
    hooks: { setCursor: [() => showValues(figure)] },
  }
}

/** @param {HTMLElement} figure @param {number} index @returns {uPlot.Series} */
function line(figure, index) {
  const stroke = () => borderColour(figure, `.legend .${look(index).replace(' ', '.')}`)
  return { stroke, width: 2, ...(isSecondRound(index) ? { dash: [4, 4] } : {}), points: { fill: stroke, size: 5 } }
}

/** @param {HTMLElement} figure @returns {[number, number]} */
function range(figure) {
  const { start, end } = drawn.get(figure) ?? { start: 0, end: MINUTE_MS }
  return [start, end]
}

/** Where the cursor goes: to the nearest minute that has a figure; left of the plot it is not shown.
 * @param {HTMLElement} figure @param {uPlot} plot @param {number} left */
function snapped(figure, plot, left) {
  const chart = drawn.get(figure)?.chart
  const places = chart && left >= 0 ? minutesOf(chart).map((at) => plot.valToPos(at, 'x')) : []
  return places.toSorted((a, b) => Math.abs(a - left) - Math.abs(b - left))[0] ?? left
}

/** The legend shows the minute under the pointer, else the last one.
 * @param {HTMLElement} figure */
function showValues(figure) {
  const state = drawn.get(figure)
  if (!state) return
  const { plot, chart } = state
  const under = plot.cursor.idx
  const at = typeof under === 'number' ? plot.data[0][under] : minutesOf(chart).at(-1)
  legend(figure, chart, at)
}

/** A colour as the style sheet gives it, in light and in dark: a canvas knows no custom properties.
 * @param {HTMLElement} figure @param {string} selector of an element whose border, of no width, has that colour */
function borderColour(figure, selector) {
  return getComputedStyle(find(figure, selector)).borderTopColor
}

const resized = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const figure = target.closest('figure')
    if (figure && contentRect.width > 0) drawn.get(figure)?.plot.setSize({ width: contentRect.width, height: HEIGHT })
  }
})

/** Draw every chart anew, in the colours of now. */
export function redrawCharts() {
  for (const figure of document.querySelectorAll('figure')) drawn.get(figure)?.plot.redraw(false)
}
