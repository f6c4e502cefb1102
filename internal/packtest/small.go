package packtest

// small is the text of the pack of Eastham and Westham, by file.
var small = map[string]string{
	"pack.yaml": `pack: twin-towns
format: 1
name: {zh: 双镇（虚构）, en: Twin Towns (invented)}
timezone: Asia/Shanghai
map: {centre: [113.0, 28.0], zoom: 9}
licence: CC0-1.0
notice: {zh: 全部数据均为虚构, en: all of it is invented}
outlines: {source: atlas, grade: c, note: {zh: 粗略手绘, en: drawn coarsely by hand}}
`,
	"sources.yaml": `- id: plan
  title: {zh: 双镇行动计划, en: The plan of the Twin Towns}
  publisher: Twin Council
  url: https://example.org/plan
  published: 2022-06-01
  grade: a
- id: article
  title: {zh: 报道, en: A newspaper article}
  published: 2022-06-29
  grade: b
- id: yearbook
  title: {zh: 统计年鉴, en: Statistical yearbook}
  published: 2023-03-01
  grade: b
- id: atlas
  title: {zh: 地图集, en: Atlas}
  published: 2020-01-01
  grade: c
  licence: CC0-1.0
`,
	"area/cities.yaml": `- {id: east, code: "990100", name: {zh: 东镇, en: Eastham}, centre: [113.2, 28.0], source: atlas, grade: c}
- {id: west, code: "990200", name: {zh: 西镇, en: Westham}, centre: [112.8, 28.0], source: atlas, grade: c}
`,
	"area/districts.csv": `code,city,parent,kind,zh,en,population,urban,land_km2,source,grade,area_source,area_grade
990101,east,,district,东区,East Side,400000,380000,210.5,yearbook,b,atlas,c
990121,east,,county,东县,East County,150000,60000,,yearbook,b,,
990202,west,,district,西区,West Side,300000,270000,180,yearbook,b,atlas,c
west-park,west,990202,zone,西园区,West Park,20000,20000,,yearbook,b,,
`,
	"area/scopes.yaml": `- id: towns
  name: {zh: 两镇全域, en: both towns}
  definition: {zh: 两镇的全部区县, en: every district of the two towns}
  districts: all
  source: plan
  grade: a
- id: core
  name: {zh: 核心区, en: the core}
  definition: {zh: 东区和西区, en: East Side and West Side}
  districts: ["990101", "990202"]
  land_km2: 390.5
  source: plan
  grade: a
- id: province
  name: {zh: 全省, en: the province}
  definition: {zh: 超出本数据包, en: reaches beyond this pack}
  districts: []
  grade: assumed
`,
	"area/outlines.geojson": `{"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"code": "990101"}, "geometry": {"type": "Polygon", "coordinates": [[[113.1, 27.9], [113.3, 27.9], [113.3, 28.1], [113.1, 27.9]]]}},
  {"type": "Feature", "properties": {"code": "990202"}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[112.7, 27.9], [112.9, 27.9], [112.9, 28.1], [112.7, 27.9]]]]}}
]}
`,
	"network/stations.csv": `id,zh,en,city,lon,lat,source,grade
west,西站,West,west,112.8,28.0,atlas,c
mid,中站,Middle,west,113.0,28.0,atlas,c
east,东站,East,east,113.2,28.0,atlas,c
airport,机场,Airport,,113.0,28.3,atlas,c
`,
	"network/rail.yaml": `- id: line-1
  mode: rail
  class: metro
  name: {zh: 一号线, en: Line 1}
  colour: "#c8102e"
  design_kmh: 80
  stations: [west, mid, east]
  source: yearbook
  grade: b
  sections:
    - id: line-1-west
      name: {zh: 西段, en: western section}
      from: west
      to: mid
      scopes: [towns, core]
      by_city: {west: 20}
      lengths:
        - {km: 20, definition: operating}
        - {km: 20.6, definition: main-line, source: article, grade: c}
      opened: {date: 2020-05-01}
    - id: line-1-east
      name: {zh: 东段, en: eastern section}
      from: mid
      to: east
      scopes: [towns, core]
      by_city: {west: 4, east: 16.5}
      project: finish-line-1
      lengths: [{km: 20.5, definition: operating}]
      planned:
        - {date: 2023-12-31, known: 2022-06-01, source: plan, grade: a}
        - {date: 2024-06-30, known: 2023-12-20, source: article, grade: b}
      opened: {date: 2024-09-28, known: 2024-09-29, source: article, grade: b}
- id: shuttle
  mode: rail
  class: maglev
  name: {zh: 机场磁浮, en: airport shuttle}
  stations: [mid, airport]
  source: plan
  grade: a
  sections:
    - id: shuttle-all
      name: {zh: 全线, en: whole line}
      from: mid
      to: airport
      scopes: [towns]
      project: build-shuttle
      lengths: [{km: 33.4, definition: route}]
      planned: [{date: 2026-10-01, known: 2022-06-01}]
`,
	"network/services.yaml": `- id: line-1-all
  line: line-1
  name: {zh: 一号线各站停, en: Line 1 all stops}
  stops: [west, mid, east]
  run: [900, 1000]
  dwell: 30
  both_ways: true
  bands:
    - {from: 06:00, until: 09:00, headway: 300}
    - {from: 09:00, until: 24:10, headway: 600}
  begins: {date: 2020-05-01}
  assumed: [headway, first-last]
  source: yearbook
  grade: b
- id: airport-express
  line: shuttle
  over: [line-1]
  name: {zh: 机场快线, en: airport express}
  stops: [west, airport]
  speed: {kmh: 60, km: 50}
  board: 300
  both_ways: true
  starts: [07:00, 08:30:30]
  spread_back: {trains: 3, first: 10:00, last: 12:00}
  needs: [line-1-west]
  grade: assumed
`,
	"area/anchors.yaml": `- {id: market, kind: town, name: {zh: 集市, en: market}, point: [113.1, 28.0], grade: K}
- {id: college, kind: university, name: {zh: 学院, en: college}, point: [112.9, 28.0], weight: 2, source: yearbook, grade: b}
`,
	"connect/strategic.yaml": `links:
  - {id: byway, class: primary, name: {zh: 便道, en: Byway}, limit_kmh: 60, path: [[112.8, 28.0], [113.2, 28.0]], grade: K}
  - id: tollway
    class: expressway
    number: E9
    name: {zh: 收费路, en: Tollway}
    limit_kmh: 100
    path: [[112.8, 27.9], [113.2, 27.9]]
    interchanges: [[113.0, 27.9]]
    opened: {date: 2024-05-01, known: 2024-05-02}
    source: yearbook
    grade: b
barriers:
  - {id: brook, name: {zh: 小河, en: Brook}, path: [[113.0, 27.8], [113.0, 28.2]], grade: assumed}
`,
	"network/roads.yaml": `- id: ring-road
  mode: road
  class: trunk
  name: {zh: 环镇干道, en: ring road}
  source: yearbook
  grade: b
  sections:
    - id: ring-south
      name: {zh: 南段, en: southern part}
      path: [[112.8, 28.0], [113.0, 27.9], [113.2, 28.0]]
      scopes: [towns]
      lengths: [{km: 41.2, definition: route}]
      opened: {date: 2023-07-01}
    - id: ring-north
      name: {zh: 北段, en: northern part}
      path: [[112.8, 28.0], [113.0, 28.1], [113.2, 28.0]]
      scopes: [towns]
      lengths: [{km: 38.9, definition: route}]
      opened: {date: 2025-03-01, source: article, grade: b}
`,
	"plan/plan.yaml": `id: twin-plan
title: {zh: 双镇一体化行动计划（2022—2026年）, en: Twin Towns plan 2022-2026}
issuer: {zh: 双镇委员会, en: Twin Council}
number: "17"
issued: 2022-06-01
from: 2022-01-01
until: 2026-12-31
aspects_stated: 3
source: plan
grade: a
wordings:
  - {source: article, lang: en, text: The five-year plan of the Twin Towns}
goals:
  - {id: near, name: {zh: 更近, en: nearer to each other}}
fields:
  - {id: move, name: {zh: 交通互联, en: getting about}}
  - {id: homes, name: {zh: 民生共享, en: living}}
aspects:
  - {id: rails, parent: move, name: {zh: 轨道成网, en: a net of rails}}
tasks:
  - {id: build-rail, parent: rails, name: {zh: 修轨道, en: build rail}}
  - {id: share-services, parent: homes, name: {zh: 服务同城化, en: share services}, note: {zh: 没有目标, en: has no target}}
`,
	"plan/hedges.yaml": `- {id: about, word: {zh: 左右, en: about}, meaning: {zh: 上下浮动, en: a little more or less}, tolerance: 0.03, grade: assumed}
- {id: strive, word: {zh: 争取, en: strive for}, meaning: {zh: 尽力而为, en: not promised}, tolerance: 0, grade: assumed}
`,
	"plan/indicators.yaml": `- id: people
  name: {zh: 常住人口, en: residents}
  definition: {zh: 年末常住人口, en: residents at the end of the year}
  unit: {id: 10k-people, name: {zh: 万人, en: "10,000 people"}}
  decimals: 1
  kind: reported
  direction: up
  additive: false
  field: homes
  stale_months: 18
  source: plan
  grade: a
- id: rail-km
  name: {zh: 轨道交通里程, en: rail in operation}
  definition: {zh: 已开通的轨道线路长度, en: length of opened rail}
  unit: {id: km, name: {zh: 公里, en: km}}
  decimals: 1
  kind: measured
  direction: up
  additive: true
  field: move
  task: build-rail
  source: plan
  grade: a
  rules:
    - id: urban
      version: 1
      name: {zh: 只算地铁, en: metro only}
      reason: {zh: 最窄的口径, en: the narrowest reading}
      measure: network-length
      mode: rail
      classes: [metro]
      definitions: [operating, route]
      scope: towns
    - id: all
      version: 1
      name: {zh: 地铁和磁浮, en: metro and maglev}
      reason: {zh: 计划没有说明, en: the plan does not say}
      measure: network-length
      mode: rail
      classes: [metro, maglev]
      definitions: [operating, route]
      scope: towns
      grade: assumed
- id: road-km
  name: {zh: 干道新增里程, en: new trunk roads}
  definition: {zh: 2022年起新开通, en: opened from 2022 on}
  unit: {id: km, name: {zh: 公里, en: km}}
  decimals: 1
  kind: measured
  direction: up
  additive: true
  field: move
  source: plan
  grade: a
  rules:
    - id: new-trunk
      version: 1
      name: {zh: 新开通干道, en: newly opened trunk roads}
      reason: {zh: 计划原文说的是新增, en: the plan speaks of new roads}
      measure: network-length
      mode: road
      definitions: [route]
      scope: towns
      opened_after: 2021-12-31
      partial: true
`,
	"plan/targets.yaml": `- id: people-2026
  indicator: people
  goal: near
  field: homes
  task: share-services
  name: {zh: 常住人口90万人左右, en: "about 900,000 residents"}
  scope: towns
  op: ">="
  value: 90
  hedges: [about]
  due: 2026-12-31
  baseline: {value: 86.1, date: 2021-12-31, source: yearbook, grade: b}
  wordings:
    - {source: plan, lang: zh, text: 常住人口90万人左右, value: 90, hedges: [about]}
    - {source: article, lang: en, text: "900,000 residents", value: 90}
  judged_by: plan
  trajectory: {kind: linear, registered: 2022-06-01, grade: assumed}
  source: plan
  grade: a
- id: rail-2026
  indicator: rail-km
  goal: near
  field: move
  task: build-rail
  name: {zh: 轨道交通争取达到70公里, en: strive for 70 km of rail}
  scope: towns
  op: ">="
  value: 70
  hedges: [strive]
  due: 2026-12-31
  trajectory:
    kind: milestones
    registered: 2022-06-01
    points:
      - {date: 2022-01-01, value: 20}
      - {date: 2023-12-31, value: 40.5}
      - {date: 2026-10-01, value: 73.9}
    grade: assumed
  source: plan
  grade: a
- id: road-2026
  indicator: road-km
  field: move
  name: {zh: 新增干道80公里, en: 80 km of new roads}
  scope: towns
  op: ">="
  value: 80
  due: 2026-12-31
  judge_rule: new-trunk
  trajectory: {kind: none}
  source: plan
  grade: a
- id: circle
  field: move
  name: {zh: 半小时生活圈, en: half-hour circle}
  scope: core
  op: ">="
  value: 1
  due: 2026-12-31
  trajectory: {kind: none}
  note: {zh: 没有指标, en: nothing measures it}
  source: plan
  grade: a
`,
	"plan/projects.yaml": `- id: finish-line-1
  name: {zh: 建成一号线东段, en: finish Line 1 east}
  field: move
  task: build-rail
  verb: finish
  wordings:
    - {source: plan, lang: zh, text: 建成一号线东段, verb: finish}
    - {source: article, lang: en, text: build the east of Line 1, verb: speed-up}
  judged_by: plan
  cities: [east, west]
  sections: [line-1-east]
  cost: {yuan: 8460000000.5, source: article, grade: b}
  milestones:
    - id: works
      kind: start
      name: {zh: 开工, en: works begin}
      planned: [{date: 2022-09-01, known: 2022-06-01}]
      actual: {date: 2022-11-08, known: 2022-11-10, source: article, grade: b}
    - id: opening
      kind: open
      name: {zh: 开通, en: opening}
      planned:
        - {date: 2023-12-31, known: 2022-06-01}
        - {date: 2024-06-30, known: 2023-12-20, source: article, grade: b}
      actual: {date: 2024-09-28, source: article, grade: b}
  source: plan
  grade: a
- id: build-shuttle
  name: {zh: 加快建设机场磁浮, en: speed up the airport shuttle}
  field: move
  verb: speed-up
  sections: [shuttle-all]
  milestones:
    - {id: ceremony, kind: ceremony, name: {zh: 开工仪式, en: ceremony}, actual: {date: 2022-11-21, source: article, grade: b}}
    - {id: works, kind: start, name: {zh: 开工, en: works begin}, planned: [{date: 2023-03-01, known: 2022-06-01}]}
  source: plan
  grade: a
- id: study-tunnel
  name: {zh: 研究过江隧道, en: study a tunnel}
  field: move
  verb: study
  milestones: []
  source: plan
  grade: a
`,
	"observations/people.csv": `id,indicator,scope,period,value,source,published,grade,note
people-2018,people,towns,2018,83.0,yearbook,2019-03-01,b,
people-2019,people,towns,2019,84.2,yearbook,2020-03-01,b,
people-2020,people,towns,2020,85.3,yearbook,2021-05-11,b,"census, so a break"
people-2021,people,towns,2021,86.1,yearbook,2022-03-01,b,
people-2022,people,towns,2022,87.0,yearbook,,b,
people-2023,people,towns,2023,87.7,yearbook,2024-03-01,b,
people-2024-q1,people,towns,2024-Q1,87.9,,2024-05-01,assumed,nobody said so
people-core-2023,people,core,2023,70.2,yearbook,2024-03-01,b,
people-province-2023,people,province,2023,6568,article,2024-03-20,b,
`,
}
