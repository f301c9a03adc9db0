import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// An order as it would be: every figure from the gate's own preview.
enum GhostBox {
  /// Columns of the names.
  private static let nameWidth = 17

  /// Draws the figures from the top and the verdict at the bottom; `closing` is a position that is
  /// closed before the order is sent.
  static func draw(
    _ intent: OpeningIntent, closing: PositionKey? = nil, _ model: DashboardModel, in area: Rect,
    into frame: inout Frame
  ) {
    let preview = model.snapshot.preview(intent, closing: closing, at: model.snapshot.at)
    draw(preview, profit: preview, model, in: area, into: &frame)
    drawVerdict(preview.denial?.text, model, in: area.rows([.rest, .fixed(2)])[1], into: &frame)
  }

  /// The same for one of several orders, with those before it under way; the verdict is about all.
  static func draw(
    _ place: Int, of intents: [OpeningIntent], _ model: DashboardModel, in area: Rect,
    into frame: inout Frame
  ) {
    let preview = model.snapshot.previews(of: intents, at: model.snapshot.at)[place]
    draw(preview, profit: preview, model, in: area, into: &frame)
    let verdict = model.denialText(of: intents)
    drawVerdict(verdict, model, in: area.rows([.rest, .fixed(2)])[1], into: &frame)
  }

  /// The same for an order with several targets, whose profit is that of all of them together.
  static func draw(
    _ intent: OpeningIntent, _ targets: [PartialTarget], _ model: DashboardModel, in area: Rect,
    into frame: inout Frame
  ) {
    let preview = model.snapshot.preview(intent, at: model.snapshot.at)
    let shares = targets.reduce(Rate.zero) { $0 + $1.share }
    // What is left without a target has no profit that could be told.
    let together = targets.reduce(Fixed.zero) {
      $0 + $1.trigger.triggerPrice.value.multiplied(by: $1.share.value, .towardZero)
    }
    var whole = intent
    whole.takeProfit = shares == 1 ? Trigger(triggerPrice: Price(together)) : nil
    let profit = model.snapshot.preview(whole, at: model.snapshot.at)
    draw(preview, profit: profit, model, in: area, into: &frame)
    drawVerdict(preview.denial?.text, model, in: area.rows([.rest, .fixed(2)])[1], into: &frame)
  }

  /// The same for an order that waits: as if it were filled where it waits for the price.
  static func draw(
    _ intent: OpeningIntent, waitsFor trigger: Price, until: Timestamp?, _ model: DashboardModel,
    in area: Rect, into frame: inout Frame
  ) {
    let price = intent.type.limitPrice ?? trigger
    let preview = model.snapshot.ghost(intent, filledAt: price, at: model.snapshot.at)
    draw(preview, profit: preview, model, in: area, into: &frame)
    let parts = area.rows([.rest, .fixed(2)])
    let end = until.map { ", until \($0.dateText) \($0.timeText.prefix(5)) UTC" } ?? ""
    let style = Style(.accent, on: .overlay).bold
    frame.draw("waits for the mark at \(trigger)\(end)", in: parts[1].row(0), style)
    frame.draw("the limits are looked at then", in: parts[1].row(1), style)
  }

  private static func draw(
    _ preview: OrderPreview, profit: OrderPreview, _ model: DashboardModel, in area: Rect,
    into frame: inout Frame
  ) {
    guard let instrument = model.snapshot.markets[preview.intent.instrument]?.instrument else {
      return
    }
    let parts = area.rows([.rest, .fixed(2)])
    var all = lines(preview, profit, instrument, model)
    // What the order costs and loses is never what has no room.
    for name in ["funding", "notional", "fills near", "liquidation"]
    where all.count > parts[0].height { all.removeAll { $0.name == name } }
    // On a narrow screen the figures get what the names leave.
    let widest = all.reduce(0) { max($0, TextWidth.columns(of: $1.name)) }
    let names = area.width < 40 ? min(nameWidth, widest + 1) : nameWidth
    for (row, line) in all.enumerated() {
      let cells = parts[0].row(row).columns([.fixed(names), .rest])
      frame.draw(line.name, in: cells[0], Style(.muted, on: .overlay))
      frame.draw(line.text, in: cells[1], Style(line.ink, on: .overlay))
    }
  }

  private struct Line {
    let name: String
    let text: String
    var ink = Ink.text
  }

  private static func drawVerdict(
    _ denial: String?, _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let text = denial.map { model.masked("would be denied: \($0)") } ?? "within every limit"
    let style = Style(denial == nil ? .good : .danger, on: .overlay).bold
    var rest = text[...]
    for row in 0..<area.height {
      // The last row is left longer than its room, which shows that it is cut.
      var line = row == area.height - 1 ? rest : rest.prefix(area.width)
      if line.count < rest.count, let space = line.lastIndex(of: " ") { line = line[..<space] }
      frame.draw(String(line), in: area.row(row), style)
      rest = rest.dropFirst(line.count).drop { $0 == " " }
    }
  }

  private static func lines(
    _ preview: OrderPreview, _ profit: OrderPreview, _ instrument: Instrument,
    _ model: DashboardModel
  ) -> [Line] {
    let unknown = model.labels.glyphs.unknown
    func price(_ price: Price?) -> String {
      price.map { NumberText.price($0, instrument) } ?? unknown
    }
    let contracts = preview.contracts.map { NumberText.contracts($0, instrument) } ?? unknown
    let coins =
      preview.baseAmount.map {
        "\(NumberText.grouped($0.description)) \(instrument.baseCurrency)"
      } ?? unknown
    let slippage = preview.slippage.map { ", slips \(NumberText.percent($0, places: 3))" } ?? ""
    let leverage = preview.leverage.map { " at \($0)x" } ?? ""
    let ratio =
      profit.rewardToRisk.map { ", \($0.value.text(places: 2, .towardZero)) R:R" } ?? ""
    let arrow = model.labels.glyphs.isASCII ? "->" : "→"
    func liquidation(_ price: Price?) -> String {
      model.liquidation(price, preview.intent.side, instrument)
    }
    return [
      Line(name: "size", text: "\(contracts) = \(coins)"),
      Line(name: "notional", text: model.money(preview.notional)),
      Line(name: "margin", text: model.money(preview.margin) + leverage),
      Line(name: "fills near", text: price(preview.expectedPrice) + slippage),
      Line(name: "fee", text: model.money(preview.fee)),
      Line(name: "funding", text: model.signed(preview.fundingToSettlement)),
      Line(
        name: preview.intent.stop.trigger.map { "stop \(price($0.triggerPrice))" }
          ?? "at the stop", text: loss(preview, model), ink: .loss),
      Line(
        name: preview.intent.takeProfit.map { "target \(price($0.triggerPrice))" }
          ?? "at the target", text: model.signed(profit.profitAtTarget) + ratio, ink: .gain),
      Line(
        name: "liquidation",
        text: liquidation(preview.liquidationBefore) + " \(arrow) "
          + liquidation(preview.liquidationAfter)),
    ]
  }

  private static func loss(_ preview: OrderPreview, _ model: DashboardModel) -> String {
    guard let loss = preview.lossAtStop else { return model.labels.glyphs.unknown }
    // An R of the account, not of the position: that one is this very loss.
    let multiple =
      preview.lossInR.map { ", \($0.value.text(places: 2, .towardZero)) of R" } ?? ""
    let share = preview.riskShare.map { ", \(NumberText.percent($0))" } ?? ""
    return "\(model.signed(.zero - loss.magnitude))\(share)\(multiple)"
  }
}
