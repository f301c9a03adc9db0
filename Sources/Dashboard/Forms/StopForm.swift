import Engine
import Trading
import Units

/// Where the stop of an open position goes: a price being typed.
struct StopForm: Sendable, Equatable {
  let key: PositionKey
  let openedAt: Timestamp
  var text: String

  /// Returns the command that places the stop, or what is wrong with the price.
  func command() throws(FormProblem) -> Command {
    let price = Price(try FormNumber.parse(text, "stop"))
    return .protect(key, stopLoss: Trigger(triggerPrice: price), takeProfit: nil)
  }
}
