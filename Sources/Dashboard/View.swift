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
    TinyScreen.draw(model, into: &frame)
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

/// Draws what lies above the panels.
private func drawSheet(
  _ model: DashboardModel, over areas: ScreenAreas, into frame: inout Frame
) {
  let body = areas.body
  switch model.sheet {
  case nil: break
  case .help(let offset, _): HelpSheet.draw(offset, model, over: body, into: &frame)
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
