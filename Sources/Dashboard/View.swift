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
  guard size.width >= 60, size.height >= 16 else {
    drawTiny(model, into: &frame)
    return frame
  }
  let areas = ScreenAreas(size)
  StatusBar.draw(model, in: areas.status, into: &frame)
  AccountLine.draw(model, in: areas.account, into: &frame)
  MarketsPanel.draw(model, in: areas.markets, into: &frame)
  BookPanel.draw(model, in: areas.book, into: &frame)
  if let tape = areas.tape { TapePanel.draw(model, in: tape, into: &frame) }
  PositionsPanel.draw(model, in: areas.positions, into: &frame)
  OrdersPanel.draw(model, in: areas.orders, into: &frame)
  if let log = areas.log { LogPanel.draw(model, in: log, into: &frame) }
  MessageLine.draw(model, in: areas.message, into: &frame)
  Footer.draw(model, in: areas.footer, into: &frame)
  drawSheet(model, over: areas, into: &frame)
  return frame
}

/// Where the panels stand at a size.
struct ScreenAreas {
  let status: Rect
  let account: Rect
  let markets: Rect
  let book: Rect
  let tape: Rect?
  let positions: Rect
  let orders: Rect
  let log: Rect?
  let message: Rect
  let footer: Rect
  /// Everything between the account line and the message line.
  let body: Rect

  init(_ size: Size) {
    let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
    let lines = all.rows([.fixed(1), .fixed(1), .rest, .fixed(1), .fixed(1)])
    (status, account, body, message, footer) = (lines[0], lines[1], lines[2], lines[3], lines[4])
    if size.width >= 110, size.height >= 30 {
      // Roomy: markets, book and tape side by side; positions, orders and the log below.
      let halves = body.rows([.percent(52), .rest])
      let top = halves[0].columns([.rest, .fixed(38), .fixed(size.width >= 150 ? 40 : 30)])
      (markets, book, tape) = (top[0], top[1], top[2])
      let low = halves[1].rows([.percent(40), .percent(32), .rest])
      (positions, orders, log) = (low[0], low[1], low[2])
    } else {
      let rows = body.rows([.rest, .fixed(size.height >= 30 ? 7 : 5), .fixed(5)])
      let top = rows[0].columns([.rest, .fixed(34)])
      (markets, book, tape) = (top[0], top[1], nil)
      (positions, orders, log) = (rows[1], rows[2], nil)
    }
  }
}

/// What never disappears, on a screen that is too small for the panels.
private func drawTiny(_ model: DashboardModel, into frame: inout Frame) {
  let bounds = frame.bounds
  StatusBar.draw(model, in: bounds.row(0), into: &frame)
  AccountLine.draw(model, in: bounds.row(1), into: &frame)
  var row = 2
  for position in model.snapshot.positions where row < bounds.height - 2 {
    frame.draw(
      "\(position.side.rawValue) \(position.contracts) \(position.key.instrument) "
        + "\(NumberText.signed(position.unrealizedPnL)) \(position.protection.word)",
      in: bounds.row(row), Style(position.protection.isNaked ? .danger : .text))
    row += 1
  }
  frame.draw(
    "F8 flatten  q quit  (\(bounds.width)x\(bounds.height); panels need 60x16)",
    in: bounds.row(bounds.height - 1), Style(.muted))
  if case .confirmation(let question) = model.sheet {
    frame.draw(
      question.question + " y/Esc", in: bounds.row(max(0, bounds.height - 2)),
      Style(.danger).bold)
  }
}

/// Draws what lies above the panels.
private func drawSheet(
  _ model: DashboardModel, over areas: ScreenAreas, into frame: inout Frame
) {
  switch model.sheet {
  case nil: break
  case .help: HelpSheet.draw(model, over: areas.body, into: &frame)
  case .ticket(let form): TicketSheet.draw(form, model, over: areas.body, into: &frame)
  case .confirmation(let question):
    ConfirmationSheet.draw(question, model, over: areas.body, into: &frame)
  case .partialClose(let key): PartialCloseSheet.draw(key, model, over: areas.body, into: &frame)
  case .stopForm(let form): StopFormSheet.draw(form, model, over: areas.body, into: &frame)
  }
}
