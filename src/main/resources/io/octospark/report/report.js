/* Draws the report from the data in the page. Everything that comes from the tables is put in as text, never as HTML. */
(function () {
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const runIds = data.meta.run_ids;
const content = document.getElementById('content');
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b2a100', '#8c8c8c', '#7b5fd0', '#a6761d'];
const PHASES = ['queue', 'open', 'program', 'alloc', 'upload', 'dotprod', 'update', 'download', 'host_math', 'write'];
/* Charts by their element's id: what a test or a curious user may look at. */
const charts = window.octosparkCharts = {};
const drawings = [];
let printing = false;

/* ---- words and numbers ---- */

/** A number with six digits, as every table and hover text shows it. */
function number(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString('en').replace(/,/g, '\u202f');
  return String(Number(value.toPrecision(6)));
}

/** A number with three digits, for axes and headlines. */
function short(value) {
  if (value === null || value === undefined) return '–';
  return number(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
}

function exponent(value) {
  const power = Math.round(Math.log10(value));
  return power >= -2 && power <= 3 ? String(value) : '1e' + power;
}

function plural(count, word, many) {
  return number(count) + ' ' + (count === 1 ? word : many || word + 's');
}

/** The rows of a table of the data as objects. */
function objects(table) {
  return table.rows.map(row => Object.fromEntries(table.columns.map((name, i) => [name, row[i]])));
}

function view(name) {
  return objects(data.views[name]);
}

function ofRun(name, runId) {
  return view(name).filter(row => row.run_id === runId);
}

function unitName(row) {
  return row.id === null ? 'unknown unit' : 'unit ' + row.id;
}

function shortRun(runId) {
  return runIds.length > 1 ? ', run ' + runId : '';
}

/* ---- elements ---- */

/** An element with text or elements in it; text stays text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** A fact without a figure: a dash, and in words why. */
function absent(words) {
  return element('dd', {title: words}, element('span', {role: 'img', 'aria-label': words}, '–'));
}

function section(id, title, lead) {
  const made = element('section', {id, 'aria-labelledby': id + '-title'}, element('h2', {id: id + '-title'}, title));
  if (lead) made.append(element('p', {class: 'lead'}, lead));
  content.append(made);
  document.getElementById('sections').append(element('li', {}, element('a', {href: '#' + id}, title)));
  return made;
}

/** A table; columns of numbers are aligned to the right, unless rows are of different things. */
function tableElement(columns, rows, label, mixed) {
  const numeric = columns.map((_, i) => !mixed && rows.some(row => typeof row[i] === 'number'));
  const head = element('tr', {}, ...columns.map(name => element('th', {scope: 'col'}, name)));
  const body = rows.map(row => element('tr', {}, ...row.map((value, i) => mixed && i === 0 ? element('th', {scope: 'row'}, value) :
    element('td', numeric[i] ? {class: 'number'} : {}, typeof value === 'boolean' ? String(value) : number(value)))));
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  return element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label}, table);
}

/** A table that opens on demand; its rows are made then. */
function details(title, columns, rows) {
  const made = element('details', {}, element('summary', {}, title));
  made.addEventListener('toggle', () => {
    if (made.open && made.children.length === 1) made.append(tableElement(columns, rows, title));
  });
  return made;
}

function partNote(table, what) {
  return table.of > table.rows.length
    ? element('p', {class: 'note'}, `Shown are the first ${number(table.rows.length)} of ${number(table.of)} ${what}.`) : null;
}

/* ---- charts ---- */

function theme() {
  const night = dark.matches && !printing;
  return {
    ink: night ? '#e6eaf0' : '#1c2430', quiet: night ? '#a2adba' : '#5a6472', line: night ? '#343d49' : '#d9dee5',
    card: night ? '#1b212a' : '#ffffff', idle: night ? '#4a5462' : '#d5dae1', curve: night ? '#8fa3ba' : '#7d8ea3'
  };
}

function axis(type, name, more) {
  const colours = theme();
  return Object.assign({
    type, name, nameLocation: 'middle', nameGap: type === 'category' ? 30 : 28,
    nameTextStyle: {color: colours.quiet}, axisLabel: {color: colours.quiet, hideOverlap: true},
    axisLine: {lineStyle: {color: colours.line}}, splitLine: {lineStyle: {color: colours.line}}
  }, more);
}

function base(more) {
  const colours = theme();
  return Object.assign({
    animation: false, color: PALETTE, textStyle: {color: colours.ink, fontFamily: 'inherit'},
    grid: {left: more.yAxis && more.yAxis.name ? 42 : 8, right: 28, top: 40, bottom: 34, containLabel: true},
    legend: {type: 'scroll', top: 0, textStyle: {color: colours.ink}, pageTextStyle: {color: colours.ink}}
  }, more);
}

/** Lines of text as a tooltip's element. */
function tip(...lines) {
  const box = element('div', {});
  lines.filter(line => line).forEach((line, i) => box.append(element(i ? 'div' : 'strong', {}, line)));
  return box;
}

function tooltip(more) {
  const colours = theme();
  return Object.assign({
    confine: true, backgroundColor: colours.card, borderColor: colours.line, textStyle: {color: colours.ink}
  }, more);
}

/**
 * Keeps a chart drawn: when it comes into view, when its size or the colours change, and before printing.
 * @param option function that gives the chart's option in the colours of the moment
 */
function keepDrawn(target, option, renderer, prepare) {
  const drawing = {
    target,
    draw() {
      if (!charts[target.id]) {
        const chart = echarts.init(target, null, {renderer});
        charts[target.id] = chart;
        if (prepare) prepare(chart);
      }
      charts[target.id].setOption(option(), true);
    },
    resize() {
      const chart = charts[target.id];
      if (chart && target.clientWidth && (chart.getWidth() !== target.clientWidth || chart.getHeight() !== target.clientHeight)) {
        chart.resize();
        chart.setOption(option(), true);
      }
    }
  };
  drawings.push(drawing);
  new IntersectionObserver((entries, observer) => {
    if (entries.some(entry => entry.isIntersecting)) {
      observer.disconnect();
      if (!charts[target.id]) drawing.draw();
    }
  }, {rootMargin: '600px'}).observe(target);
  new ResizeObserver(() => drawing.resize()).observe(target);
}

/** Left and right go through what a chart's hover text tells. */
function keyboard(target, count, show) {
  let place = -1;
  target.addEventListener('keydown', event => {
    const chart = charts[target.id];
    if (!chart) return;
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      place = (place + (event.key === 'ArrowRight' ? 1 : -1) + count) % count;
      show(chart, place);
      event.preventDefault();
    } else if (event.key === 'Escape') {
      chart.dispatchAction({type: 'hideTip'});
    }
  });
}

/**
 * A chart with caption, text alternative and data table.
 * @param spec id, title, note, label (text alternative), height, option, columns, rows, points (for the keys), seriesIndex
 */
function figure(parent, spec) {
  const target = element('div', {id: spec.id, class: 'chart', tabindex: '0', role: 'img',
    'aria-label': spec.label + ' The data table below has the numbers.'});
  if (spec.height) target.style.height = spec.height;
  const caption = element('figcaption', {}, spec.title);
  if (spec.note) caption.append(element('small', {}, spec.note));
  parent.append(element('figure', {}, caption, target, details('Data table', spec.columns, spec.rows)));
  keepDrawn(target, spec.option, 'svg', spec.prepare);
  keyboard(target, spec.points, (chart, dataIndex) =>
    chart.dispatchAction({type: 'showTip', seriesIndex: spec.seriesIndex || 0, dataIndex}));
}

function chartsIn(parent) {
  const made = element('div', {class: 'charts'});
  parent.append(made);
  return made;
}

/* ---- sections ---- */

function aboutRuns() {
  const runs = view('runs');
  document.getElementById('subtitle').append(runIds.length === 1 ? 'Run ' + runIds[0] : plural(runIds.length, 'run') + ': ' + runIds.join(', '));
  data.meta.notices.forEach(notice => content.append(element('p', {class: 'notice', role: 'note'}, notice)));
  const part = section('runs', runIds.length === 1 ? 'The run' : 'The runs');
  runIds.forEach(runId => {
    const run = runs.find(row => row.run_id === runId);
    part.append(element('h3', {}, runId));
    if (!run) {
      part.append(element('p', {class: 'notice'}, 'The table of runs has no row of this run: of its tables is shown what there is.'));
      return;
    }
    const speed = ofRun('v_throughput', runId)[0] || {};
    const error = ofRun('v_model_error', runId)[0] || {};
    const energy = ofRun('v_energy_per_grid', runId)[0] || {};
    const status = element('dd', {class: 'status ' + (['complete', 'failed'].includes(run.status) ? run.status : 'partial')}, run.status || '–');
    const facts = [['Status', status], ['Grids done', `${number(run.grids_done)} of ${number(run.grids_expected)}`],
      ['Compute units', `${number(run.compute_units)} on ${run.nodes === null ? 'unknown hosts' : plural(run.nodes, 'host')}`],
      ['Wall time', run.wall_seconds === null ? '–' : short(run.wall_seconds) + ' s'],
      ['Grids per second', short(speed.grids_per_second)],
      ['Median model error', error.model_error_median == null ? absent('not known') : short(error.model_error_median)],
      ['Energy per grid', energy.joules_per_grid == null ? absent('not measured') : short(energy.joules_per_grid) + ' J']];
    part.append(element('dl', {class: 'facts'}, ...facts.map(([name, value]) =>
      element('div', {}, element('dt', {}, name), value instanceof Node ? value : element('dd', {}, value)))));
    if (run.ended_at === null) {
      part.append(element('p', {class: 'notice'}, 'This run has not ended: it is still going on, or it was interrupted. A repeat’s grids appear when the repeat has ended, units and timings when the run has.'));
    } else if (run.status === 'failed') {
      part.append(element('p', {class: 'notice'}, 'This run was ended by an error. What was complete before it is shown.'));
    }
  });
  if (runs.length) {
    const columns = data.views.runs.columns.filter(name => name !== 'config_json' && name !== 'run_id');
    const rows = columns.map(name => [name, ...runs.map(run => run[name])]);
    part.append(element('h3', {}, 'What ran'), element('div', {class: 'wide'}, tableElement(['', ...runs.map(run => run.run_id)], rows, 'Facts of the runs', true)));
  }
  runs.filter(run => run.config_json).forEach(run => {
    const made = element('details', {}, element('summary', {}, 'Configuration of ' + run.run_id));
    let text = run.config_json;
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch (e) { /* shown as it is */ }
    made.append(element('pre', {tabindex: '0'}, text));
    part.append(made);
  });
}

function throughput() {
  const part = section('throughput', 'Throughput and scaling');
  const rows = view('v_throughput').filter(row => row.grids_per_second !== null);
  const table = data.views.v_throughput;
  const grid = chartsIn(part);
  if (!rows.length) {
    part.append(element('p', {}, 'No run has ended: there is no throughput yet.'));
  } else {
    /* Every bar has its label: where there is little room, aslant. */
    const names = (of, id) => {
      const narrow = document.getElementById(id).clientWidth / of.length < 200;
      return axis('category', '', {data: of.map(row => narrow ? row.run_id : row.run_id.replace(/-(?=[^-]*$)/, '\n')),
        axisLabel: {color: theme().quiet, interval: 0, hideOverlap: false, lineHeight: 15, rotate: narrow ? 60 : 0}});
    };
    figure(grid, {
      id: 'chart-throughput', title: 'Grids per second', points: rows.length, columns: table.columns, rows: table.rows,
      note: 'Grids done by the wall time of the whole run, its start and end included.',
      label: 'Bar chart of grids per second: ' + rows.map(row => `${row.run_id} ${short(row.grids_per_second)}`).join(', ') + '.',
      option: () => base({
        tooltip: tooltip({trigger: 'item', formatter: at => {
          const row = rows[at.dataIndex];
          return tip(row.run_id, 'grids per second: ' + number(row.grids_per_second), `${number(row.grids_done)} grids in ${number(row.wall_seconds)} s`);
        }}),
        xAxis: names(rows, 'chart-throughput'), yAxis: axis('value', 'grids/s', {nameGap: 48}),
        series: [{type: 'bar', barMaxWidth: 90, data: rows.map(row => row.grids_per_second)}]
      })
    });
    const worked = rows.filter(row => row.unit_grids_per_second_median !== null);
    if (worked.length) figure(grid, {
      id: 'chart-unit-rates', title: 'Grids per second of a unit', points: worked.length, columns: table.columns, rows: table.rows,
      note: 'By the time of its tasks: the median of the units, from the slowest to the fastest.',
      label: 'Rates of single units: ' + worked.map(row => `${row.run_id} median ${short(row.unit_grids_per_second_median)}, from ${short(row.unit_grids_per_second_min)} to ${short(row.unit_grids_per_second_max)}`).join('; ') + '.',
      option: () => base({
        tooltip: tooltip({trigger: 'item', formatter: at => {
          const row = worked[at.dataIndex];
          return tip(row.run_id, 'median of the units: ' + number(row.unit_grids_per_second_median),
            `from ${number(row.unit_grids_per_second_min)} to ${number(row.unit_grids_per_second_max)}`);
        }}),
        xAxis: names(worked, 'chart-unit-rates'),
        yAxis: axis('value', 'grids/s', {nameGap: 48}),
        series: [
          {type: 'scatter', symbolSize: 13, itemStyle: {color: PALETTE[1]}, data: worked.map((row, i) => [i, row.unit_grids_per_second_median])},
          {type: 'custom', silent: true, encode: {x: 0, y: [1, 2]},
            data: worked.map((row, i) => [i, row.unit_grids_per_second_min, row.unit_grids_per_second_max]),
            renderItem: (params, api) => {
              const low = api.coord([api.value(0), api.value(1)]);
              const high = api.coord([api.value(0), api.value(2)]);
              return {type: 'line', shape: {x1: low[0], y1: low[1], x2: high[0], y2: high[1]}, style: {stroke: PALETTE[1], lineWidth: 4}};
            }}]
      })
    });
  }
  scaling(part, grid);
}

function scaling(part, grid) {
  const rows = view('v_scaling');
  if (!rows.length) {
    part.append(element('p', {}, 'Scaling: no complete run of this experiment.'));
    return;
  }
  const groups = [...new Set(rows.map(row => row.experiment + ' on ' + row.backend))];
  const sizes = new Set(rows.map(row => row.compute_units));
  const table = data.views.v_scaling;
  const of = group => rows.map((row, i) => [row, i]).filter(([row]) => row.experiment + ' on ' + row.backend === group);
  const most = Math.max(...rows.map(row => row.compute_units));
  figure(grid, {
    id: 'chart-scaling', title: 'Speedup by number of units', points: rows.length, columns: table.columns, rows: table.rows,
    note: 'Over all complete runs of the experiment in this folder; against the fewest units.'
      + (sizes.size === 1 ? ' All of them had the same number of units: run it with another number to see how it scales.' : ''),
    label: 'Line chart of speedup by compute units: ' + rows.map(row => `${row.compute_units} units ${short(row.speedup)}`).join(', ') + '.',
    option: () => base({
      tooltip: tooltip({trigger: 'item', formatter: at => {
        const row = at.data.row;
        return row ? tip(`${row.experiment} on ${row.backend}`, plural(row.compute_units, 'unit') + ', ' + plural(row.runs, 'run'),
          'speedup: ' + number(row.speedup), 'efficiency: ' + number(row.efficiency),
          'grids per second: ' + number(row.grids_per_second_median)) : undefined;
      }}),
      xAxis: axis('value', 'compute units', {minInterval: 1, min: 0, max: most + 1}),
      yAxis: axis('value', 'speedup', {nameGap: 36}),
      series: groups.map(group => ({type: 'line', name: group, symbolSize: 11,
        data: of(group).map(([row]) => ({value: [row.compute_units, row.speedup], row}))}))
        .concat(groups.filter(group => of(group).some(([row]) => row.base_units < most)).slice(0, 1).map(group => {
          const fewest = of(group)[0][0].base_units;
          return {type: 'line', name: 'perfect', silent: true, symbol: 'none', lineStyle: {type: 'dashed', color: theme().quiet},
            itemStyle: {color: theme().quiet}, data: [[fewest, 1], [most, most / fewest]]};
        }))
    })
  });
}

function time() {
  const part = section('time', 'Where the time went', 'Which phases the units spent their time in, and who waited for whom.');
  runIds.forEach((runId, i) => {
    const grid = chartsIn(part);
    phases(grid, runId, i);
    timeline(grid, runId, i);
    if (!grid.children.length) {
      grid.remove();
      part.append(element('p', {}, `Run ${runId} has no rows of units and timings: it has not ended, or nothing was computed.`));
    }
  });
  ['v_phase_share', 'v_stragglers', 'v_balance'].forEach(name => {
    const note = partNote(data.views[name], 'rows of ' + name);
    if (note) part.append(note);
  });
  const balance = data.views.v_balance;
  if (balance.rows.length) part.append(details('How evenly the work was spread', balance.columns, balance.rows));
}

function phases(grid, runId, place) {
  const rows = ofRun('v_phase_share', runId);
  if (!rows.length) return;
  const units = [...new Set(rows.map(unitName))];
  const names = [...new Set(rows.map(row => row.phase))].sort((a, b) => PHASES.indexOf(a) - PHASES.indexOf(b));
  const at = {};
  rows.forEach(row => { at[unitName(row) + '/' + row.phase] = row; });
  const columns = data.views.v_phase_share.columns;
  figure(grid, {
    id: 'chart-phases-' + place, title: 'Time by phase and unit' + shortRun(runId), points: units.length,
    columns, rows: rows.map(row => columns.map(name => row[name])), height: height(units.length),
    note: 'Seconds of all tasks of a unit. With several grids in flight phases overlap.',
    label: 'Stacked bars of seconds by phase for ' + plural(units.length, 'unit') + '.',
    option: () => base({
      tooltip: tooltip({trigger: 'item', formatter: hit => {
        const row = at[units[hit.dataIndex] + '/' + hit.seriesName];
        return row ? tip(`${units[hit.dataIndex]}, ${row.phase}`, 'seconds: ' + number(row.seconds), 'share: ' + number(row.share),
          'calls: ' + number(row.calls)) : undefined;
      }}),
      xAxis: axis('value', 'seconds'),
      yAxis: axis('category', '', {data: units, inverse: true}),
      series: names.map(name => ({type: 'bar', name, stack: 'time', barMaxWidth: 26,
        itemStyle: {color: PALETTE[Math.max(0, PHASES.indexOf(name)) % PALETTE.length]},
        data: units.map(unit => at[unit + '/' + name] ? at[unit + '/' + name].seconds : null)}))
    })
  });
}

function height(bars) {
  return Math.min(60, Math.max(13, 8 + 1.6 * bars)) + 'rem';
}

/** When each task ran. Older tables lack the starts: repeats are then drawn one after the other. */
function timeline(grid, runId, place) {
  const rows = ofRun('v_stragglers', runId);
  if (!rows.length) return;
  const timed = rows.every(row => row.start_seconds !== null);
  const starts = {};
  if (!timed) {
    let start = 0;
    [...new Set(rows.map(row => row.repeat))].forEach(repeat => {
      starts[repeat] = start;
      start += Math.max(...rows.filter(row => row.repeat === repeat).map(row => row.time_seconds || 0));
    });
  }
  const units = [...new Set(rows.map(unitName))];
  const bars = rows.map(row => {
    const start = timed ? row.start_seconds : starts[row.repeat];
    return [units.indexOf(unitName(row)), start, start + (row.time_seconds || 0), row.idle_after_seconds || 0];
  });
  const gaps = timed ? rows.flatMap(row => [
    row.driver_gap_seconds > 0 ? [row.start_seconds - row.driver_gap_seconds, row.start_seconds] : null,
    row.driver_gap_after_seconds > 0 ? [row.end_seconds, row.end_seconds + row.driver_gap_after_seconds] : null]).filter(gap => gap) : [];
  const last = Math.max(...bars.map(bar => bar[2] + bar[3]), ...gaps.map(gap => gap[1]));
  const columns = data.views.v_stragglers.columns;
  const draw = (params, api, from, to, style) => {
    const start = api.coord([from, api.value(0)]);
    const end = api.coord([to, api.value(0)]);
    const thick = Math.min(22, api.size([0, 1])[1] * 0.6);
    const shape = echarts.graphic.clipRectByRect({x: start[0], y: start[1] - thick / 2, width: Math.max(1, end[0] - start[0]), height: thick},
      {x: params.coordSys.x, y: params.coordSys.y, width: params.coordSys.width, height: params.coordSys.height});
    return shape && {type: 'rect', shape, style};
  };
  figure(grid, {
    id: 'chart-timeline-' + place, title: 'Who waited for whom' + shortRun(runId), points: rows.length, columns,
    rows: rows.map(row => columns.map(name => row[name])), height: height(units.length),
    note: timed ? 'Tasks of the units from the start of the run. Grey: idle until the others were done. Yellow: no task ran, all units waited for the driver (start and writing included).'
      + (rows.some(row => row.attempt > 0) ? ' Red: a task that was tried again.' : '')
      : 'The tables of this run do not say when tasks started: repeats are drawn one after the other, all tasks of one from its start.',
    label: `Timeline of ${plural(rows.length, 'task')} on ${plural(units.length, 'unit')}.`,
    option: () => base({
      tooltip: tooltip({trigger: 'item', formatter: at => {
        const row = rows[at.dataIndex];
        return row && tip(`${unitName(row)}, repeat ${row.repeat}, partition ${row.partition_id}`,
          'time_seconds: ' + number(row.time_seconds), timed ? `from ${number(row.start_seconds)} to ${number(row.end_seconds)} s` : null,
          'grids: ' + number(row.grids), timed ? 'idle afterwards: ' + number(row.idle_after_seconds) + ' s' : null,
          timed ? 'driver gap before: ' + number(row.driver_gap_seconds) + ' s' : null,
          row.attempt > 0 ? 'attempt ' + (row.attempt + 1) : null, row.host ? `${row.host}, ${row.device}` : null);
      }}),
      xAxis: axis('value', 'seconds', {max: last || 1, min: 0, axisLabel: {color: theme().quiet, hideOverlap: true, formatter: short}}),
      yAxis: axis('category', '', {data: units, inverse: true}),
      series: [
        {type: 'custom', name: 'task', itemStyle: {color: PALETTE[0]}, encode: {x: [1, 2], y: 0}, data: bars,
          renderItem: (params, api) => draw(params, api, api.value(1), api.value(2),
            {fill: rows[params.dataIndex].attempt > 0 ? PALETTE[5] : PALETTE[0], stroke: theme().card})},
        {type: 'custom', name: 'idle', itemStyle: {color: theme().idle}, silent: true, encode: {x: [1, 2, 3], y: 0},
          data: bars.filter(bar => bar[3] > 0).map(bar => [bar[0], bar[2], bar[2] + bar[3], bar[2] + bar[3]]),
          renderItem: (params, api) => draw(params, api, api.value(1), api.value(2), {fill: theme().idle})},
        {type: 'bar', name: 'all wait for the driver', data: [], itemStyle: {color: PALETTE[1], opacity: 0.25},
          markArea: {silent: true, itemStyle: {color: PALETTE[1], opacity: 0.25},
            data: gaps.map(gap => [{xAxis: gap[0]}, {xAxis: gap[1]}])}}]
    })
  });
}

function convergence() {
  const part = section('convergence', 'Convergence', 'The normalised misfit by pass, over the grids that were still running.');
  const grid = chartsIn(part);
  runIds.forEach((runId, place) => {
    const rows = ofRun('v_convergence', runId);
    if (!rows.length) {
      part.append(element('p', {}, `Run ${runId} has no grid with a residual.`));
      return;
    }
    const curves = data.runs[runId].curves;
    const columns = data.views.v_convergence.columns;
    const positive = value => value > 0 ? value : null;
    const band = (low, high, opacity, name) => ({
      type: 'custom', name, silent: true, itemStyle: {color: PALETTE[0], opacity}, data: [[1, rows[0][low], rows[0][high]]], encode: {x: 0, y: [1, 2]}, z: 1,
      renderItem: (params, api) => {
        const kept = rows.filter(row => row[low] > 0 && row[high] > 0);
        const points = kept.map(row => api.coord([row.pass, row[high]])).concat(kept.map(row => api.coord([row.pass, row[low]])).reverse());
        return {type: 'polygon', shape: {points}, style: {fill: PALETTE[0], opacity}};
      }
    });
    const values = rows.flatMap(row => [row.residual_min, row.residual_max]).filter(value => value > 0);
    const low = Math.pow(10, Math.floor(Math.log10(Math.min(...values, 1))));
    let hovered = null;
    figure(grid, {
      id: 'chart-convergence-' + place, title: 'Misfit by pass' + shortRun(runId), points: rows.length, columns,
      rows: rows.map(row => columns.map(name => row[name])), height: '24rem',
      note: ({true: 'Misfit at the top of every pass. ', false: 'Misfit after every inner pass, of all outer passes and stages one after the other. '}[data.runs[runId].linear] || '')
        + `Line: median ${data.meta.bands_every > 1 ? `of one in ${number(data.meta.bands_every)} grids` : 'of all grids'}; dark band: middle half; pale band: all of them. Thin lines, to hover over: `
        + (curves.grids.length < curves.of ? `${number(curves.grids.length)} of ${number(curves.of)} grids of the first repeat, one in ${number(curves.every)}.`
          : 'each grid of the first repeat.'),
      label: `Convergence curves: the median misfit falls from ${short(rows[0].residual_median)} to ${short(rows[rows.length - 1].residual_median)} in ${plural(rows.length, 'pass', 'passes')}.`,
      prepare: chart => {
        chart.on('mouseover', event => { hovered = event.seriesName; });
        chart.on('mouseout', () => { hovered = null; });
      },
      option: () => base({
        legend: {data: ['median', 'middle half', 'all'], top: 0, textStyle: {color: theme().ink}},
        tooltip: tooltip({trigger: 'axis', axisPointer: {type: 'line'}, formatter: at => {
          const row = rows[at[0].dataIndex];
          const curve = curves.grids.find(grid => 'grid ' + grid.grid_id === hovered);
          return tip('pass ' + row.pass, 'residual_median: ' + number(row.residual_median),
            `middle half: ${number(row.residual_q1)} to ${number(row.residual_q3)}`,
            `all: ${number(row.residual_min)} to ${number(row.residual_max)}`, 'grids running: ' + number(row.grids_running),
            curve && row.pass <= curve.residual_history.length ? `${hovered}: ${number(curve.residual_history[row.pass - 1])}` : null);
        }}),
        xAxis: axis('value', 'pass', {min: 1, max: Math.max(2, rows[rows.length - 1].pass), minInterval: 1}),
        yAxis: axis('log', 'misfit', {min: low, nameGap: 44, axisLabel: {color: theme().quiet, formatter: exponent}}),
        series: [
          {type: 'line', name: 'median', symbol: rows.length > 1 ? 'none' : 'circle', lineStyle: {width: 3}, itemStyle: {color: PALETTE[0]}, z: 4,
            data: rows.map(row => [row.pass, positive(row.residual_median)])},
          band('residual_min', 'residual_max', 0.15, 'all'), band('residual_q1', 'residual_q3', 0.35, 'middle half')
        ].concat(curves.grids.map(grid => ({
          type: 'line', name: 'grid ' + grid.grid_id, symbol: 'none', triggerLineEvent: true, z: 3,
          itemStyle: {color: theme().curve}, lineStyle: {width: 0.8, opacity: 0.55, color: theme().curve},
          emphasis: {lineStyle: {width: 3, opacity: 1, color: PALETTE[5]}},
          data: grid.residual_history.map((residual, i) => [i + 1, positive(residual)])})))
      })
    });
  });
  const note = partNote(data.views.v_convergence, 'passes');
  if (note) part.append(note);
}

/* ---- pictures of grids ---- */

function mix(colours, share) {
  const place = Math.min(1, Math.max(0, share)) * (colours.length - 1);
  const before = Math.min(Math.floor(place), colours.length - 2);
  const weight = place - before;
  return [1, 3, 5].map(i => Math.round(parseInt(colours[before].substr(i, 2), 16) * (1 - weight) + parseInt(colours[before + 1].substr(i, 2), 16) * weight));
}

/** A grid's cells as an image, enlarged so that nobody's smoothing blurs them. */
function image(frame, values, colours, low, high) {
  const zoom = Math.max(1, Math.ceil(400 / Math.max(frame.nx, frame.nz)));
  const canvas = document.createElement('canvas');
  canvas.width = frame.nx * zoom;
  canvas.height = frame.nz * zoom;
  const brush = canvas.getContext('2d');
  values.forEach((value, i) => {
    brush.fillStyle = value === null ? data.colours.undefined : `rgb(${mix(colours, high > low ? (value - low) / (high - low) : 0.5)})`;
    brush.fillRect(i % frame.nx * zoom, Math.floor(i / frame.nx) * zoom, zoom, zoom);
  });
  return canvas;
}

/** Velocity in m/s, or contrast; null where a contrast of 1 or more has no velocity. */
function quantity(values, frame, kind) {
  return kind === 'contrast' ? values : values.map(chi => chi !== null && chi < 1 ? frame.c0 / Math.sqrt(1 - chi) : null);
}

function range(...lists) {
  let low = Infinity, high = -Infinity;
  lists.forEach(values => values.forEach(value => {
    if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
  }));
  return low <= high ? [low, high] : [0, 1];
}

function picture(parent, id, title, frame, values, colours, [low, high], unit, kinds) {
  const target = element('div', {id, class: 'picture', tabindex: '0', role: 'img',
    'aria-label': `${title}: ${frame.nx} by ${frame.nz} cells, from ${short(low)} to ${short(high)} ${unit}.`});
  const aspect = Math.min(1.6, Math.max(0.35, frame.height / frame.width));
  parent.append(element('div', {}, element('p', {}, title), target));
  const size = () => { target.style.height = Math.round(Math.max(120, (target.clientWidth - 138) * aspect) + 60) + 'px'; };
  size();
  let pointer = [0, 0];
  const cell = chart => {
    const [x, z] = chart.convertFromPixel({gridIndex: 0}, pointer);
    return [Math.min(frame.nx - 1, Math.max(0, Math.floor((x - frame.left) / frame.width * frame.nx))),
      Math.min(frame.nz - 1, Math.max(0, Math.floor((z - frame.top) / frame.height * frame.nz)))];
  };
  keepDrawn(target, () => {
    size();
    const painted = image(frame, values, colours, low, high);
    const span = high > low ? [low, high] : [low - 1, high + 1];
    return base({
      legend: {show: false},
      grid: {left: 24, right: 72, top: 8, bottom: 26, containLabel: true},
      tooltip: tooltip({trigger: 'item', formatter: () => {
        const [ix, iz] = cell(charts[id]);
        return tip(`${number(values[iz * frame.nx + ix])} ${unit}`,
          `x ${number(frame.left + (ix + 0.5) * frame.width / frame.nx)} m, z ${number(frame.top + (iz + 0.5) * frame.height / frame.nz)} m`);
      }}),
      xAxis: axis('value', 'x (m)', {min: frame.left, max: frame.left + frame.width, splitLine: {show: false}, nameGap: 22}),
      yAxis: axis('value', 'z (m)', {min: frame.top, max: frame.top + frame.height, inverse: true, splitLine: {show: false}, nameGap: 34}),
      visualMap: {type: 'continuous', min: span[0], max: span[1], right: 0, top: 8, itemWidth: 12, itemHeight: Math.max(60, target.clientHeight - 80),
        text: [short(high), short(low)], textStyle: {color: theme().quiet}, inRange: {color: colours}, hoverLink: false, calculable: false, seriesIndex: 1},
      series: [
        {type: 'custom', data: [[frame.left, frame.top]], renderItem: (params, api) => {
          const box = params.coordSys;
          return {type: 'image', style: {image: painted, x: box.x, y: box.y, width: box.width, height: box.height}};
        }},
        {type: 'scatter', data: [], silent: true}]
    });
  }, 'canvas', chart => chart.getZr().on('mousemove', event => { pointer = [event.offsetX, event.offsetY]; }));
  kinds.push(id);
}

function gallery() {
  const part = section('grids', 'Grids', 'Reconstructions beside their models: the worst and the best, or all if there are few.');
  const choice = element('fieldset', {}, element('legend', {}, 'Show'));
  ['velocity', 'contrast'].forEach((kind, i) => {
    const input = element('input', {type: 'radio', name: 'quantity', value: kind, id: 'quantity-' + kind});
    input.checked = i === 0;
    input.addEventListener('change', () => { draw(kind); });
    choice.append(element('label', {for: 'quantity-' + kind}, input, kind === 'velocity' ? ' velocity (m/s)' : ' contrast'));
  });
  part.append(choice);
  const list = element('div', {});
  part.append(list);
  let ids = [];

  function draw(kind) {
    ids.forEach(id => {
      if (charts[id]) charts[id].dispose();
      delete charts[id];
      drawings.splice(drawings.findIndex(drawing => drawing.target.id === id), 1);
    });
    ids = [];
    list.replaceChildren();
    runIds.forEach((runId, place) => galleryOfRun(list, runId, place, kind, ids));
  }
  draw('velocity');
}

function galleryOfRun(list, runId, place, kind, ids) {
  const gallery = data.runs[runId].gallery;
  if (!gallery.grids.length) {
    list.append(element('p', {}, `Run ${runId} has no reconstructed grid.`));
    return;
  }
  list.append(element('h3', {}, (runIds.length > 1 ? `Run ${runId}: ` : '') + 'ordered by '
    + (gallery.measure === 'model_error' ? 'model error, ‖χ − true χ‖ / ‖true χ‖' : 'residual; the model error is not known') + ', first repeat'));
  if (gallery.stride > 1) {
    list.append(element('p', {class: 'note'}, `Of these large grids one in ${gallery.stride} cells along x and along z is shown.`));
  }
  gallery.grids.forEach((grid, i) => {
    const measure = grid.model_error === null ? 'residual ' + short(grid.residual) : 'model error ' + short(grid.model_error);
    const box = element('div', {class: 'grid'}, element('h4', {}, `${gallery.all ? 'Grid' : grid.kind === 'worst' ? 'Worst: grid' : 'Best: grid'} ${number(grid.grid_id)}, ${measure}`),
      element('p', {class: 'note'}, grid.outcome));
    list.append(box);
    const pictures = element('div', {class: 'pictures'});
    box.append(pictures);
    const frame = grid.frame;
    const unit = kind === 'velocity' ? 'm/s' : '';
    if (!frame) {
      pictures.append(element('div', {class: 'absent'}, grid.reason));
      return;
    }
    const found = quantity(grid.chi, frame, kind);
    const name = `picture-${place}-${i}`;
    if (grid.model) {
      const model = quantity(grid.model, frame, kind);
      const shared = range(model, found);
      const difference = found.map((value, cell) => value === null || model[cell] === null ? null : value - model[cell]);
      const [low, high] = range(difference);
      const most = Math.max(Math.abs(low), Math.abs(high));
      picture(pictures, name + '-model', 'Model', frame, model, data.colours.sequential, shared, unit, ids);
      picture(pictures, name + '-found', 'Reconstruction', frame, found, data.colours.sequential, shared, unit, ids);
      picture(pictures, name + '-difference', 'Reconstruction − model', frame, difference, data.colours.diverging, [-most, most], unit, ids);
    } else {
      picture(pictures, name + '-found', 'Reconstruction', frame, found, data.colours.sequential, range(found), unit, ids);
      pictures.append(element('div', {class: 'absent'}, grid.reason));
    }
    const cells = [];
    for (let iz = 0; iz < frame.nz; iz++) {
      cells.push([frame.top + (iz + 0.5) * frame.height / frame.nz, ...found.slice(iz * frame.nx, (iz + 1) * frame.nx)]);
    }
    box.append(details(`Reconstruction as a table, ${kind}${unit ? ' in ' + unit : ''}`,
      ['z (m) \\ x (m)', ...Array.from({length: frame.nx}, (_, ix) => number(frame.left + (ix + 0.5) * frame.width / frame.nx))], cells));
  });
}

/* ---- the rest ---- */

function failures() {
  const part = section('failures', 'Failures and events');
  runIds.forEach(runId => {
    if (runIds.length > 1) part.append(element('h3', {}, runId));
    const failed = data.runs[runId].failures;
    const retried = ofRun('v_balance', runId).filter(row => row.retries > 0);
    if (failed.of) {
      part.append(element('p', {}, plural(failed.of, 'grid') + ' failed'
        + (failed.of > failed.rows.length ? `; the first ${failed.rows.length} are shown.` : '.')));
      part.append(element('div', {class: 'wide'}, tableElement(failed.columns, failed.rows, 'Failed grids')));
    } else {
      part.append(element('p', {}, 'No grid failed.'));
    }
    part.append(element('p', {}, retried.length
      ? 'Tasks that were tried again: ' + retried.map(row => `${unitName(row)} ${plural(row.retries, 'time')}`).join(', ') + '.'
      : 'No task had to be tried again.'));
  });
}

function power() {
  const part = section('power', 'Power and energy');
  const table = data.views.v_energy_per_grid;
  const measured = objects(table).filter(row => row.joules !== null);
  if (!measured.length) {
    part.append(element('p', {}, 'Not measured: no card with sensors took part.'));
    return;
  }
  const grid = chartsIn(part);
  runIds.forEach((runId, place) => {
    const samples = objects(data.runs[runId].power);
    if (!samples.length) return;
    const cards = [...new Set(samples.map(row => `${row.host} ${row.device}`))];
    const of = card => samples.filter(row => `${row.host} ${row.device}` === card);
    const every = data.runs[runId].power_every;
    const energy = measured.find(row => row.run_id === runId);
    figure(grid, {
      id: 'chart-power-' + place, title: 'Power of the cards' + shortRun(runId), points: of(cards[0]).length,
      columns: data.runs[runId].power.columns, rows: data.runs[runId].power.rows,
      note: (energy ? `${short(energy.joules)} J in all, ${short(energy.joules_per_grid)} J a grid; mean ${short(energy.power_watts_mean)} W, highest ${short(energy.power_watts_max)} W.` : '')
        + (every > 1 ? ` One in ${every} samples of a card is shown.` : ''),
      label: `Line chart of the power of ${plural(cards.length, 'card')} over time.`,
      option: () => base({
        tooltip: tooltip({trigger: 'item', formatter: at => {
          const row = of(cards[at.seriesIndex])[at.dataIndex];
          return tip(`${row.host} ${row.device}`, 'power_watts: ' + number(row.power_watts), row.sampled_at,
            row.temperature_celsius === null ? null : number(row.temperature_celsius) + ' °C');
        }}),
        xAxis: axis('time', ''), yAxis: axis('value', 'W', {nameGap: 36, scale: true}),
        series: cards.map(card => ({type: 'line', name: card, symbolSize: 7, data: of(card).map(row => [row.sampled_at, row.power_watts])}))
      })
    });
  });
  part.append(element('h3', {}, 'Energy'), element('div', {class: 'wide'}, tableElement(table.columns, table.rows, 'Energy of the runs')));
}

function comparison() {
  if (runIds.length < 2) return;
  const table = data.views.v_compare;
  const rows = objects(table);
  const part = section('comparison', 'Comparison', `Ratios against the first run, ${runIds[0]}; 1 is the same.`);
  const measures = [['speedup', 'speedup (more is better)'], ['wall_ratio', 'wall time (less is better)'],
    ['grid_seconds_ratio', 'time per grid (less is better)'], ['joules_ratio', 'energy per grid (less is better)'],
    ['model_error_ratio', 'model error (less is better)']];
  const shown = measures.filter(([name]) => rows.some(row => row[name] !== null));
  if (!shown.length) {
    part.append(element('p', {}, 'These runs have no figure in common.'));
    return;
  }
  if (rows.some(row => row.experiment_a !== row.experiment_b)) {
    part.append(element('p', {class: 'notice'}, 'These are runs of different experiments.'));
  }
  figure(chartsIn(part), {
    id: 'chart-comparison', title: 'Ratios to the first run', points: shown.length, columns: table.columns, rows: table.rows, height: '24rem',
    note: 'The dashed line is the first run.',
    label: 'Bars of ratios: ' + rows.map(row => `${row.run_b} ` + shown.map(([name, meaning]) => `${meaning} ${short(row[name])}`).join(', ')).join('; ') + '.',
    option: () => base({
      tooltip: tooltip({trigger: 'item', formatter: at => {
        const row = rows[at.seriesIndex];
        const [name, meaning] = shown[at.dataIndex];
        const figures = {speedup: 'grids_per_second', wall_ratio: 'wall_seconds', grid_seconds_ratio: 'grid_seconds_median',
          joules_ratio: 'joules_per_grid', model_error_ratio: 'model_error_median'}[name];
        return tip(row.run_b, `${name}: ${number(row[name])}`, `${figures}: ${number(row[figures + '_b'])} against ${number(row[figures + '_a'])}`, meaning);
      }}),
      xAxis: axis('value', 'ratio', {min: 0}),
      yAxis: axis('category', '', {data: shown.map(([, meaning]) => meaning.replace(' (', '\n(')), inverse: true, axisLabel: {color: theme().quiet, interval: 0, lineHeight: 15}}),
      series: rows.map((row, i) => ({type: 'bar', name: row.run_b, barMaxWidth: 26, data: shown.map(([name]) => row[name]),
        markLine: i ? undefined : {silent: true, symbol: 'none', label: {show: false}, lineStyle: {type: 'dashed', color: theme().ink}, data: [{xAxis: 1}]}}))
    })
  });
}

function footer() {
  document.getElementById('footer').append(
    element('p', {}, `Made ${data.meta.made_at.replace('T', ' ').replace(/\..*/, '')} UTC by OctoSpark ${data.meta.app_version} ${data.meta.git_commit} from ${data.meta.results}. `
      + 'All figures are rows of the tables and views of octospark sql, which docs/results.md describes. This page loads nothing. Charts: Apache ECharts (Apache-2.0).'));
}

aboutRuns();
throughput();
time();
convergence();
gallery();
failures();
power();
comparison();
footer();

function redraw(all) {
  drawings.forEach(drawing => {
    if (charts[drawing.target.id]) charts[drawing.target.id].resize();
    if (all || charts[drawing.target.id]) drawing.draw();
  });
}
dark.addEventListener('change', () => redraw(false));
window.addEventListener('beforeprint', () => { printing = true; redraw(true); });
window.addEventListener('afterprint', () => { printing = false; redraw(false); });
})();
