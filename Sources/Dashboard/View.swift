import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// Draws the screen. A function of its arguments and nothing else.
public func view(_ model: DashboardModel, size: Size) -> Frame {
  var frame = Frame(size)
  frame.title = "\(model.snapshot.modeWord) perpdeck \(model.labels.account)"
  guard size.isUsable else {
    drawTiny(model, into: &frame)
    return frame
  }
  let areas = model.areas(size)
  StatusBar.draw(model, in: areas.status, into: &frame)
  AccountLine.draw(model, in: areas.account, into: &frame)
  if let strip = areas.strip { PositionStrip.draw(model, in: strip, into: &frame) }
  for place in areas.panes { draw(place.pane, model, in: place.area, into: &frame) }
  if let tape = areas.tape { TapePanel.draw(model, in: tape, into: &frame) }
  MessageLine.draw(model, showsNotices: areas[.log] == nil, in: areas.message, into: &frame)
  Footer.draw(model, in: areas.footer, into: &frame)
  drawSheet(model, over: areas, into: &frame)
  return frame
}

private func draw(
  _ pane: Pane, _ model: DashboardModel, in area: Rect, into frame: inout Frame
) {
  switch pane {
  case .markets: MarketsPanel.draw(model, in: area, into: &frame)
  case .book: BookPanel.draw(model, in: area, into: &frame)
  case .positions: PositionsPanel.draw(model, in: area, into: &frame)
  case .orders: OrdersPanel.draw(model, in: area, into: &frame)
  case .chart: ChartPanel.draw(model, in: area, into: &frame)
  case .account: AccountPanel.draw(model, in: area, into: &frame)
  case .log: LogPanel.draw(model, in: area, into: &frame)
  case .zones: ZonesPanel.draw(model, in: area, into: &frame)
  case .performance: PerformancePanel.draw(model, in: area, into: &frame)
  }
}

/// What never disappears, on a screen that is too small for the panels.
private func drawTiny(_ model: DashboardModel, into frame: inout Frame) {
  let bounds = frame.bounds
  StatusBar.draw(model, in: bounds.row(0), into: &frame)
  AccountLine.draw(model, in: bounds.row(1), into: &frame)
  let last = bounds.height - 1
  drawTinyPositions(
    model,
    in:
      Rect(x: 0, y: 2, width: bounds.width, height: last - 3), into: &frame)
  let keymap = model.labels.keymap
  frame.draw(
    "\(keymap.key(.flatten)) flatten  \(keymap.key(.quit)) "
      + "\(model.labels.isLent ? "detach" : "quit")  "
      + "(\(bounds.size.text); panels need \(Size.leastUsable.text))",
    in: bounds.row(last), Style(.muted))
  switch model.sheet {
  case nil: break
  case .confirmation(let question):
    // The keys first: the question may be longer than the line.
    let yes = model.disabledReason(of: .confirm).map { "(\($0))" } ?? "yes"
    frame.draw(
      "\(keymap.key(.back, in: .confirmation)) no "
        + "\(keymap.key(.confirm, in: .confirmation)) \(yes): \(question.question)",
      in: bounds.row(last - 1), Style(.danger).bold)
  case .help, .why, .alerts, .ticket, .marketOrder, .partialClose, .priceForm, .prompt, .line,
    .palette:
    frame.draw(
      "too small for this; \(keymap.key(.back, in: model.context))", in: bounds.row(last - 1),
      Style(.warning))
  }
}

/// A line for each position, those without a stop first, and how many more there are.
private func drawTinyPositions(
  _ model: DashboardModel, in area: Rect, into frame: inout Frame
) {
  let positions = PositionStrip.ordered(model)
  let isCut = positions.count > area.height
  let shown = isCut ? max(0, area.height - 1) : positions.count
  for (row, position) in positions.prefix(shown).enumerated() {
    frame.draw(PositionStrip.spans(position, model), in: area.row(row))
  }
  guard isCut else { return }
  let naked = positions.dropFirst(shown).count { $0.protection.isNaked }
  let warning = naked > 0 ? ", \(naked) without a stop" : ""
  frame.draw(
    " +\(positions.count - shown) positions\(warning)", in: area.row(shown),
    Style(naked > 0 ? .danger : .warning).bold)
}

/// Draws what lies above the panels.
private func drawSheet(
  _ model: DashboardModel, over areas: ScreenAreas, into frame: inout Frame
) {
  let body = areas.body
  switch model.sheet {
  case nil: break
  case .help(let offset): HelpSheet.draw(offset, model, over: body, into: &frame)
  case .why(let offset): WhySheet.draw(offset, model, over: body, into: &frame)
  case .alerts(let offset): AlertsSheet.draw(offset, model, over: body, into: &frame)
  case .ticket(let form): TicketSheet.draw(form, model, over: body, into: &frame)
  case .marketOrder: MarketOrderSheet.draw(model, over: body, into: &frame)
  case .confirmation(let question):
    ConfirmationSheet.draw(question, model, over: body, into: &frame)
  case .partialClose(let key): PartialCloseSheet.draw(key, model, over: body, into: &frame)
  case .priceForm(let form): PriceFormSheet.draw(form, model, over: body, into: &frame)
  case .prompt(let prompt): PromptLine.draw(prompt, model, in: areas.message, into: &frame)
  case .line(let entry): LineSheet.draw(entry, model, over: areas, into: &frame)
  case .palette(let palette): PaletteSheet.draw(palette, model, over: body, into: &frame)
  }
}
