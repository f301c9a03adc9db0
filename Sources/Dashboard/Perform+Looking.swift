import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

extension DashboardModel {
  /// Changes what is shown; nothing of this trades.
  mutating func look(_ action: Action) {
    switch action {
    case .focus(let pane): self.pane = pane
    case .nextPane: movePane(by: 1)
    case .previousPane: movePane(by: -1)
    case .selectNext: select(by: 1)
    case .selectPrevious: select(by: -1)
    case .pageDown: page(by: 1)
    case .pageUp: page(by: -1)
    case .zoom: isZoomed.toggle()
    case .layout(let preset): show(preset)
    case .filter: ask(.filter)
    case .sort: changeSorting()
    case .reverseSort: watchlist.isAscending.toggle()
    case .shorterFrame: chart.changeTimeFrame(by: -1)
    case .longerFrame: chart.changeTimeFrame(by: 1)
    case .changeDrawing: chart.changeDrawing()
    case .cursorBack: chart.moveCursor(by: 1, count: candleCount)
    case .cursorForward: chart.moveCursor(by: -1, count: candleCount)
    case .centerLadder: ladderOffset = 0
    case .mask: isMasked.toggle()
    default: return
    }
  }

  /// Arranges the panels anew; a panel that is not among them gives the keys away.
  mutating func show(_ preset: Preset) {
    self.preset = preset
    isZoomed = false
    pane =
      switch preset {
      case .overview: .markets
      case .scalp: .book
      case .positions: .positions
      case .research: .chart
      }
  }

  /// Chooses another instrument and its position, if there is one; the book is centered and the
  /// crosshair goes.
  mutating func choose(_ id: InstrumentID) {
    guard instrument != id else { return }
    instrument = id
    if selectedPosition?.instrument != id,
      let held = snapshot.account.positions.held.first(where: { $0.key.instrument == id })
    {
      selectedPosition = held.key
    }
    ladderOffset = 0
    chart.cursor = nil
  }

  /// Opens a line of text.
  mutating func ask(_ purpose: Prompt.Purpose) {
    let text = purpose == .filter ? watchlist.filter : ""
    sheet = .prompt(
      Prompt(
        purpose: purpose, field: TextField(text, limit: 200),
        unit: purpose == .size ? working.unit : nil))
  }

  /// Takes what was typed.
  mutating func submitPrompt() -> [DashboardCommand] {
    guard case .prompt(let prompt) = sheet else { return [] }
    let text = prompt.field.text
    switch prompt.purpose {
    case .filter:
      watchlist.filter = text
      sheet = nil
      let shown = watchlist.instruments(of: snapshot)
      if let first = shown.first, !shown.contains(where: { $0 == instrument }) { choose(first) }
    case .note:
      sheet = nil
      guard !text.isEmpty else { return [] }
      say("noted", .accent)
      return [.engine(.note(text, instrument))]
    case .size:
      do throws(FormProblem) {
        let amount = try FormNumber.parse(text, "size")
        let unit = prompt.unit ?? working.unit
        let isShare = unit == .riskShare || unit == .marginShare
        guard !isShare || amount <= 100 else { throw FormProblem(text: "size: at most 100 %") }
        working.unit = unit
        working.choose(amount)
        sheet = nil
        say("working size \(workingText)", .accent)
      } catch {
        say(error.text)
      }
    }
    return []
  }

  /// Moves through what is read or picked.
  mutating func pick(by step: Int) {
    func moved(_ offset: Int) -> Int { min(max(0, offset + step), readingExtent.last) }
    switch sheet {
    case .help(let offset, let covered): sheet = .help(moved(offset), over: covered)
    case .why(let offset): sheet = .why(moved(offset))
    case .alerts(let offset): sheet = .alerts(moved(offset))
    case .palette(var palette):
      palette.picked = min(
        max(0, palette.picked + step), max(0, palette.rows(of: labels.keymap).count - 1))
      sheet = .palette(palette)
    case nil, .ticket, .marketOrder, .confirmation, .partialClose, .priceForm, .prompt, .line:
      return
    }
  }

  /// How far what is read can be scrolled on this screen.
  private var readingExtent: ScrollExtent {
    let body = areas(size ?? Self.usualSize).body
    switch sheet {
    case .help: return HelpSheet.extent(self, over: body)
    case .why: return WhySheet.extent(self, over: body)
    case .alerts: return AlertsSheet.extent(self, over: body)
    case nil, .ticket, .marketOrder, .confirmation, .partialClose, .priceForm, .prompt, .line,
      .palette:
      return ScrollExtent(count: 0, page: 1)
    }
  }

  /// The size that is taken for a screen that has not told its own.
  private static let usualSize = Size(width: 80, height: 24)

  /// Moves a page in what is read, or in the panel.
  private mutating func page(by step: Int) {
    guard sheet == nil else {
      pick(by: step * readingExtent.page)
      return
    }
    // The border and the header are no rows; one row stays in sight.
    let height = areas(size ?? Self.usualSize)[pane]?.height ?? 4
    select(by: step * max(1, height - 4))
  }

  /// Does the picked action, but for orders: those are sent by their own keys only.
  mutating func runPicked() -> [DashboardCommand] {
    guard case .palette(let palette) = sheet else { return [] }
    let rows = palette.rows(of: labels.keymap)
    guard rows.indices.contains(palette.picked) else {
      say("nothing found")
      return []
    }
    let row = rows[palette.picked]
    sheet = nil
    if row.action.opensAtOnce {
      say("\(row.keyText.isEmpty ? "no key" : row.keyText) sends it: orders have keys of their own")
      return []
    }
    if let reason = disabledReason(of: row.action) {
      say("\(row.keyText): \(reason)")
      return []
    }
    return perform(row.action)
  }

  private var candleCount: Int {
    guard let instrument, let market = snapshot.markets[instrument] else { return 0 }
    return market.chartCandles(chart.timeFrame, at: snapshot.at).count
  }

  private mutating func changeSorting() {
    let all = Watchlist.Sorting.allCases
    watchlist.sorting = all[(watchlist.sorting.rawValue + 1) % all.count]
    say("markets \(watchlist.sorting.label)", .accent)
  }

  private mutating func movePane(by step: Int) {
    let all = Pane.allCases
    guard let position = all.firstIndex(of: pane) else { return }
    pane = all[(position + step + all.count) % all.count]
  }

  private mutating func select(by step: Int) {
    switch pane {
    case .markets, .chart, .account, .performance:
      let shown = watchlist.instruments(of: snapshot)
      if let next = neighbor(of: instrument, in: shown, step) { choose(next) }
    case .book: ladderOffset = min(max(-Self.ladderReach, ladderOffset - step), Self.ladderReach)
    case .positions:
      selectedPosition = neighbor(
        of: selectedPosition, in: snapshot.account.positions.held.map(\.key), step)
      if let selectedPosition { choose(selectedPosition.instrument) }
    case .orders: selectedOrder = neighbor(of: selectedOrder, in: orderRows.map(\.id), step)
    case .log: logOffset = min(max(0, logOffset + step), max(0, LogPanel.count(snapshot) - 1))
    case .zones: selectInZones(by: step)
    }
  }

  /// Goes through the proposals while there are some, through the zones otherwise.
  private mutating func selectInZones(by step: Int) {
    guard snapshot.proposals.isEmpty else {
      proposal = neighbor(of: selectedProposal?.id, in: snapshot.proposals.map(\.id), step)
      return
    }
    zonesOffset = min(max(0, zonesOffset + step), max(0, zones.zones.count - 1))
  }

  /// How far the book can be scrolled, in levels.
  private static let ladderReach = 200

  private func neighbor<Item: Equatable>(of item: Item?, in list: [Item], _ step: Int) -> Item? {
    guard let item, let position = list.firstIndex(of: item) else { return list.first }
    return list[min(max(0, position + step), list.count - 1)]
  }
}
