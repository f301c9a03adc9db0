import Screen
import Trading

extension Keymap {
  /// The keys of everything that lies above the panels.
  static let forms: [KeyRow] =
    ticket + marketOrder + line + partialClose + priceForm + confirmation + prompt + palette
    + reading

  private static let ticket: [KeyRow] = [
    KeyRow(.ticket, ["y"], .send, "send the order", short: "send"),
    KeyRow(.ticket, [.escape], .back, "close the ticket without sending", short: "back"),
    KeyRow(.ticket, [.tab, .down, .enter], .nextField, "go to the next line", short: "line"),
    KeyRow(.ticket, [.backTab, .up], .previousField, "go to the line before"),
    KeyRow(.ticket, [.right, " "], .chooseNext, "choose the next unit or type", short: "choose"),
    KeyRow(.ticket, [.left], .choosePrevious, "choose the unit or type before"),
  ]

  private static let marketOrder: [KeyRow] = [
    KeyRow(.marketOrder, ["b"], .marketSend(.long), "buy at market", short: "buy at market"),
    KeyRow(.marketOrder, ["s"], .marketSend(.short), "sell at market", short: "sell at market"),
    KeyRow(.marketOrder, [.escape], .back, "send nothing", short: "back"),
  ]

  private static let line: [KeyRow] = [
    KeyRow(
      .line, [.enter], .submitLine, "do it; an order that adds risk is shown and asks first",
      short: "do"),
    KeyRow(.line, [.tab], .complete, "complete the word", short: "complete"),
    KeyRow(.line, [.up], .olderLine, "the line before in the history", short: "history"),
    KeyRow(.line, [.down], .newerLine, "the line after in the history"),
    KeyRow(.line, [.escape], .back, "leave the line", short: "back"),
  ]

  private static let partialClose: [KeyRow] = [
    KeyRow(.partialClose, ["1"], .closeShare(quarters: 1), "close 25 %", short: "25%"),
    KeyRow(.partialClose, ["2"], .closeShare(quarters: 2), "close 50 %", short: "50%"),
    KeyRow(.partialClose, ["3"], .closeShare(quarters: 3), "close 75 %", short: "75%"),
    KeyRow(.partialClose, ["4"], .closeShare(quarters: 4), "close 100 %", short: "100%"),
    KeyRow(.partialClose, [.escape], .back, "close nothing", short: "back"),
  ]

  private static let priceForm: [KeyRow] = [
    KeyRow(.priceForm, ["y"], .submitPrice, "place it so", short: "place"),
    KeyRow(.priceForm, [.escape], .back, "leave it as it is", short: "back"),
    KeyRow(
      .priceForm, [.tab, .down, .backTab, .up, .enter], .nextField,
      "an order: go to its size, or back to its price", short: "line"),
  ]

  private static let confirmation: [KeyRow] = [
    KeyRow(.confirmation, ["y"], .confirm, "yes", short: "yes"),
    KeyRow(.confirmation, [.escape, "n"], .back, "no", short: "no"),
  ]

  private static let prompt: [KeyRow] = [
    KeyRow(.prompt, [.enter], .submitPrompt, "keep what was typed", short: "keep"),
    KeyRow(.prompt, [.tab], .chooseNext, "choose the next unit of a size", short: "unit"),
    KeyRow(.prompt, [.escape], .back, "leave it; a filter is cleared", short: "back"),
  ]

  private static let palette: [KeyRow] = [
    KeyRow(
      .palette, [.enter], .runPicked, "do the action; orders have keys of their own", short: "do"),
    KeyRow(.palette, [.down, .tab], .pickNext, "the next action", short: "next"),
    KeyRow(.palette, [.up, .backTab], .pickPrevious, "the action before"),
    KeyRow(.palette, [.escape], .back, "close the palette", short: "back"),
  ]

  private static let reading: [KeyRow] = [
    KeyRow(.reading, [.escape, "?", "q", "w", .function(1)], .back, "close it", short: "back"),
    KeyRow(.reading, ["j", .down], .pickNext, "further down", short: "down"),
    KeyRow(.reading, ["k", .up], .pickPrevious, "further up", short: "up"),
    KeyRow(.reading, [.pageDown, " "], .pageDown, "a page further down", short: "page"),
    KeyRow(.reading, [.pageUp], .pageUp, "a page further up"),
  ]
}
