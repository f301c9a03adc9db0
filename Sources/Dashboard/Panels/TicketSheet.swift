import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The order ticket: what is typed on the left, what it would cost and risk on the right.
enum TicketSheet {
  static func draw(
    _ form: TicketForm, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let verb = form.side == .long ? "BUY (long)" : "SELL (short)"
    let inside = drawBox(
      "\(verb) \(form.instrument.id) \(form.marginMode.rawValue)",
      Size(width: min(area.width, 78), height: min(area.height, 15)), model, over: area,
      into: &frame)
    let halves = inside.columns([.fixed(30), .rest], gap: 1)
    drawFields(form, in: halves[0], into: &frame)
    drawGhost(form, model, in: halves[1], into: &frame)
  }

  private static func drawFields(_ form: TicketForm, in area: Rect, into frame: inout Frame) {
    let lines: [(TicketField, String, String)] = [
      (.size, "Size", form.sizeText), (.unit, "in", form.size.label(form.instrument)),
      (.kind, "Type", form.kind.label), (.price, "Price", form.priceText),
      (.stop, "Stop", form.stopText), (.target, "Target", form.targetText),
    ]
    for (row, (field, name, text)) in lines.filter({ form.uses($0.0) }).enumerated() {
      let line = area.row(row + 1)
      let isFocused = field == form.field
      let isChosen = field == .unit || field == .kind
      let shown = isChosen ? "< \(text) >" : text + (isFocused ? "_" : "")
      frame.draw(name, in: line, Style(.muted, on: .overlay))
      let box = Rect(x: line.x + 8, y: line.y, width: max(0, line.width - 8), height: 1)
      let style = Style(.text, on: isFocused ? .selection : .overlay)
      frame.fill(box, .blank(style))
      frame.draw(shown, in: box, isFocused ? style.bold : style)
    }
    frame.draw(
      [
        Span("y", Style(.accent, on: .overlay).bold), Span(" send  ", Style(.text, on: .overlay)),
        Span("Esc", Style(.accent, on: .overlay).bold), Span(" back", Style(.text, on: .overlay)),
      ], in: area.row(area.height - 1))
  }

  /// The order as it would be: every figure from the gate's own preview.
  private static func drawGhost(
    _ form: TicketForm, _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    do throws(FormProblem) {
      let intent = try form.intent()
      let preview = model.snapshot.preview(intent, at: model.snapshot.at)
      for (row, line) in lines(preview, form, model).enumerated() {
        frame.draw(line.0, in: area.row(row), Style(.muted, on: .overlay))
        let box = Rect(x: area.x + 13, y: area.y + row, width: max(0, area.width - 13), height: 1)
        frame.draw(line.1, in: box.intersection(area), Style(line.2, on: .overlay))
      }
      drawVerdict(preview.denial, in: area, into: &frame)
    } catch {
      frame.draw(error.text, in: area.row(0), Style(.warning, on: .overlay))
    }
  }

  private static func drawVerdict(_ denial: Denial?, in area: Rect, into frame: inout Frame) {
    let text = denial.map { "would be denied: \($0.text)" } ?? "within every limit"
    let style = Style(denial == nil ? .good : .danger, on: .overlay).bold
    var rest = text[...]
    for row in [area.height - 2, area.height - 1] {
      var line = rest.prefix(area.width)
      if line.count < rest.count, let space = line.lastIndex(of: " ") { line = line[..<space] }
      frame.draw(String(line), in: area.row(row), style)
      rest = rest.dropFirst(line.count).drop { $0 == " " }
    }
  }

  private static func lines(
    _ preview: OrderPreview, _ form: TicketForm, _ model: DashboardModel
  ) -> [(String, String, Ink)] {
    let unknown = model.labels.glyphs.unknown
    let instrument = form.instrument
    func price(_ price: Price?) -> String {
      price.map { NumberText.price($0, instrument) } ?? unknown
    }
    func money(_ money: Money?) -> String { money.map { NumberText.money($0) } ?? unknown }
    let coins = preview.baseAmount.map { "\($0) \(instrument.baseCurrency)" } ?? unknown
    let contracts = preview.contracts.map { NumberText.contracts($0, instrument) } ?? unknown
    let slippage = preview.slippage.map { "  slip \(NumberText.percent($0, places: 3))" } ?? ""
    let loss = preview.lossAtStop.map { "-\(NumberText.money($0.magnitude))" } ?? unknown
    let share = preview.riskShare.map { "  \(NumberText.percent($0)) of equity" } ?? ""
    let ratio = preview.rewardToRisk.map { "  \($0.value.text(places: 2, .towardZero)) R" } ?? ""
    return [
      ("contracts", contracts + " = " + coins, .text), ("notional", money(preview.notional), .text),
      ("fill price", price(preview.expectedPrice) + slippage, .text),
      (
        "margin",
        money(preview.margin) + (preview.leverage.map { "  at \($0)x" } ?? ""), .text
      ), ("fee", money(preview.fee), .text),
      (
        "funding", preview.fundingToSettlement.map { NumberText.signed($0) } ?? unknown, .text
      ), ("at the stop", loss + share, .loss),
      ("at the target", money(preview.profitAtTarget) + ratio, .gain),
      (
        "liquidation",
        "\(price(preview.liquidationBefore)) > \(price(preview.liquidationAfter))", .text
      ),
    ]
  }
}
