import Screen

/// Where everything stands: a function of the size, the preset, the panel that has the keys,
/// whether it is zoomed, and how many positions there are.
struct ScreenAreas: Equatable {
  let status: Rect
  let account: Rect
  /// One line with the positions and their stops, where their panel is not in sight.
  let strip: Rect?
  /// Everything between the account line and the message line.
  let body: Rect
  /// The panels in sight.
  let panes: [Place]
  /// The public trades.
  let tape: Rect?
  let message: Rect
  let footer: Rect

  /// A panel and its place.
  struct Place: Equatable {
    let pane: Pane
    let area: Rect

    init(_ pane: Pane, _ area: Rect) {
      self.pane = pane
      self.area = area
    }
  }

  init(_ size: Size, preset: Preset, focus: Pane, isZoomed: Bool, positions: Int) {
    let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
    let lines = all.rows([.fixed(1), .fixed(1), .rest, .fixed(1), .fixed(1)])
    (status, account, message, footer) = (lines[0], lines[1], lines[3], lines[4])
    body = lines[2]
    let whole = Arrangement(size, preset, positions, in: body)
    // A panel that the preset leaves out is shown alone while it has the keys.
    let isAlone = isZoomed || !whole.panes.contains { $0.pane == focus }
    let hasPositions =
      isAlone ? focus == .positions : whole.panes.contains { $0.pane == .positions }
    if hasPositions {
      strip = nil
      panes = isAlone ? [Place(focus, body)] : whole.panes
      tape = isAlone ? nil : whole.tape
    } else {
      let parts = body.rows([.fixed(1), .rest])
      strip = parts[0]
      let arrangement = Arrangement(size, preset, positions, in: parts[1])
      panes = isAlone ? [Place(focus, parts[1])] : arrangement.panes
      tape = isAlone ? nil : arrangement.tape
    }
  }

  /// The place of a panel, nil while it is not in sight.
  subscript(pane: Pane) -> Rect? { panes.first { $0.pane == pane }?.area }
}

/// The panels of a preset at a size.
struct Arrangement {
  private(set) var panes: [ScreenAreas.Place] = []
  private(set) var tape: Rect?

  /// The rooms that a terminal offers.
  private enum Room { case small, medium, large }

  /// The height at which the table of positions shows all of them, within bounds.
  private let fullHeight: Int
  /// The most positions that the other panels make room for.
  private static let positionsInSight = 5

  init(_ size: Size, _ preset: Preset, _ count: Int, in body: Rect) {
    fullHeight = min(count, Self.positionsInSight) + 3
    let isLarge = size.width >= 150 && size.height >= 45
    let isSmall = size.width < 100 || size.height < 30
    let room: Room = isLarge ? .large : isSmall ? .small : .medium
    switch preset {
    case .overview: overview(body, room)
    case .scalp: scalp(body, room)
    case .positions: positions(body, room)
    case .research: research(body, room)
    }
  }

  private mutating func add(_ pane: Pane, _ area: Rect) {
    panes.append(ScreenAreas.Place(pane, area))
  }

  private mutating func overview(_ body: Rect, _ room: Room) {
    switch room {
    case .small:
      let low = body.height >= 26 ? (7, 5) : body.height >= 18 ? (5, 5) : (5, 3)
      let high = max(low.0, min(fullHeight, body.height - low.1 - 7))
      let rows = body.rows([.rest, .fixed(high), .fixed(low.1)])
      let top = rows[0].columns([.rest, .fixed(32)])
      add(.markets, top[0])
      add(.book, top[1])
      add(.positions, rows[1])
      add(.orders, rows[2])
    case .medium:
      let rows = body.rows([.percent(50), .fixed(max(7, fullHeight)), .rest])
      let top = rows[0].columns([.fixed(46), .rest, .fixed(32)])
      let left = top[0].rows([.rest, .fixed(9)])
      add(.markets, left[0])
      add(.account, left[1])
      add(.chart, top[1])
      add(.book, top[2])
      add(.positions, rows[1])
      let low = rows[2].columns([.rest, .percent(38)])
      add(.orders, low[0])
      add(.log, low[1])
    case .large:
      let rows = body.rows([.rest, .fixed(max(14, fullHeight)), .fixed(16)])
      let top = rows[0].columns([.fixed(58), .rest, .fixed(40)])
      let left = top[0].rows([.rest, .fixed(12)])
      add(.markets, left[0])
      add(.account, left[1])
      add(.chart, top[1])
      let right = top[2].rows([.rest, .percent(35)])
      add(.book, right[0])
      tape = right[1]
      add(.positions, rows[1])
      let low = rows[2].columns([.rest, .percent(52)])
      add(.orders, low[0])
      let corner = low[1].rows([.fixed(9), .rest])
      let upper = corner[0].columns([.rest, .percent(44)])
      add(.zones, upper[0])
      add(.performance, upper[1])
      add(.log, corner[1])
    }
  }

  private mutating func scalp(_ body: Rect, _ room: Room) {
    guard room != .small else {
      // Side by side the positions would lose their stops: they get the whole width.
      let orders = body.height >= 18 ? 5 : 3
      let high = max(5, min(fullHeight, body.height - orders - 9))
      let rows = body.rows([.rest, .fixed(high), .fixed(orders)])
      let top = rows[0].columns([.rest, .fixed(32)])
      add(.chart, top[0])
      add(.book, top[1])
      add(.positions, rows[1])
      add(.orders, rows[2])
      return
    }
    let parts = body.columns([.rest, .fixed(40)])
    let low = room == .large ? 10 : 7
    let left = parts[0].rows([.rest, .fixed(max(low, fullHeight)), .fixed(low)])
    add(.chart, left[0])
    let right = parts[1].rows([.rest, .percent(26), .fixed(room == .large ? 9 : 0)])
    add(.book, right[0])
    tape = right[1]
    if room == .large { add(.zones, right[2]) }
    add(.positions, left[1])
    add(.orders, left[2])
  }

  private mutating func positions(_ body: Rect, _ room: Room) {
    switch room {
    case .small:
      let rows = body.rows([.rest, .fixed(5)])
      add(.positions, rows[0])
      add(.orders, rows[1])
    case .medium, .large:
      let rows = body.rows([.rest, .percent(22), .percent(30)])
      add(.positions, rows[0])
      add(.orders, rows[1])
      let low = rows[2].columns([.rest, .percent(32), .percent(32)])
      add(.log, low[0])
      add(.account, low[1])
      add(.performance, low[2])
    }
  }

  private mutating func research(_ body: Rect, _ room: Room) {
    switch room {
    case .small:
      let rows = body.rows([.rest, .fixed(6)])
      add(.chart, rows[0])
      add(.markets, rows[1])
    case .medium, .large:
      let low = max(room == .large ? 9 : 6, fullHeight)
      let rows = body.rows([.rest, .fixed(low)])
      let top = rows[0].columns([.rest, .fixed(room == .large ? 58 : 42)])
      add(.chart, top[0])
      let side = top[1].rows([
        .rest, .percent(room == .large ? 30 : 38), .percent(room == .large ? 30 : 0),
      ])
      add(.markets, side[0])
      add(.zones, side[1])
      if room == .large { add(.performance, side[2]) }
      add(.positions, rows[1])
    }
  }
}
