import Exchanges
import JSONText
import Trading
import Units

/// One call that reads the leverages of instruments of one margin mode.
nonisolated struct LeverageQuestion: Hashable, Sendable {
  let marginMode: MarginMode
  let instruments: [InstrumentID]

  /// Returns the calls that together read all places, each with as many as one may have.
  static func all(of places: [LeveragePlace]) -> [LeverageQuestion] {
    [MarginMode.isolated, .cross].flatMap { mode -> [LeverageQuestion] in
      let instruments = places.filter { $0.marginMode == mode }.map(\.instrument)
      return stride(from: 0, to: instruments.count, by: Endpoint.leverageLimit).map { start in
        let end = min(start + Endpoint.leverageLimit, instruments.count)
        return LeverageQuestion(marginMode: mode, instruments: Array(instruments[start..<end]))
      }
    }
  }

  /// What the call asks. Source: BloFin REST, GET Multiple Leverage.
  var query: [QueryItem] {
    [
      QueryItem("instId", instruments.map(\.text).joined(separator: ",")),
      QueryItem("marginMode", Translation.word(marginMode)),
    ]
  }

  /// Returns the settings in an answer, or why they are not known: one of every instrument must be
  /// there.
  func settings(_ verdict: AnswerPolicy.Verdict) -> Result<[LeverageSetting], Unproven> {
    guard case .success(let envelope) = verdict else { return .failure(Unproven(verdict)) }
    let rows: [LeverageSetting]
    do throws(JSONProblem) {
      rows = try envelope.rows(Self.setting)
    } catch {
      return .failure(Unproven(.leverages, error))
    }
    let named = rows.filter { $0.marginMode == marginMode }
    if let missing = instruments.first(where: { id in !named.contains { $0.instrument == id } }) {
      return .failure(
        Unproven("BloFin's answer names no \(marginMode.rawValue) leverage of \(missing)."))
    }
    return .success(named)
  }

  /// Reads a row; without a side it serves both.
  private static func setting(
    _ json: inout JSONScanner
  ) throws(JSONProblem) -> LeverageSetting {
    var instrument: InstrumentID?
    var mode: MarginMode?
    var slot: PositionSlot?
    var leverage: Leverage?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "instId": instrument = try json.nameIfAny()
      case "marginMode": mode = try json.marginMode()
      case "positionSide": slot = try json.positionSlot()
      case "leverage": leverage = try json.leverage()
      default: try json.skip()
      }
    }
    return LeverageSetting(
      instrument: try json.require(instrument, "instId"),
      marginMode: try json.require(mode, "marginMode"), slot: slot ?? .net,
      leverage: try json.require(leverage, "leverage"))
  }
}
