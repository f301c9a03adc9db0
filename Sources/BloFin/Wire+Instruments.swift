import JSONText
import Trading
import Units

/// Reads the rules of instruments.
nonisolated enum InstrumentRows {
  /// Reads one row; nil for an instrument that is not a USDT perpetual.
  ///
  /// USDC and inverse contracts of the same coins share the list. Source: BloFin REST, GET
  /// Instruments.
  static func instrument(_ json: inout JSONScanner) throws(JSONProblem) -> Instrument? {
    var row = Row()
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "instId": row.id = try json.nameIfAny()
      case "baseCurrency": row.base = try json.textIfAny()
      case "quoteCurrency": row.quote = try json.textIfAny()
      case "contractType": row.contractType = try json.textIfAny()
      case "instType": row.instrumentType = try json.textIfAny()
      case "contractValue": row.contractValue = try json.numberIfPresent(.either)
      case "tickSize": row.tick = try json.numberIfPresent(.either)
      case "lotSize": row.lot = try json.numberIfPresent(.either)
      case "minSize": row.minimum = try json.numberIfPresent(.either)
      case "maxLimitSize": row.maximumLimit = try json.numberIfPresent(.either)
      case "maxMarketSize": row.maximumMarket = try json.numberIfPresent(.either)
      case "maxLeverage": row.maximumLeverage = try json.leverageIfAny()
      case "state": row.state = try json.textIfAny()
      default: try json.skip()
      }
    }
    guard row.quote == "USDT", row.contractType == "linear",
      row.instrumentType == nil || row.instrumentType == "SWAP"
    else { return nil }
    return try row.instrument(json)
  }

  /// Reads a row of the maintenance-margin table. Source: BloFin REST, GET Position Tiers.
  ///
  /// The unit of the sizes is not stated; BloFin's announcements list the same ladders in
  /// contracts.
  static func tier(_ json: inout JSONScanner) throws(JSONProblem) -> PositionTier {
    var minimum: Contracts?
    var maximum: Contracts?
    var rate: Rate?
    var leverage: Leverage?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "minSize": minimum = try json.contracts(.unknown)
      case "maxSize": maximum = try json.contracts(.unknown)
      case "maintenanceMarginRate": rate = try json.rate()
      case "maxLeverage": leverage = try json.leverage()
      default: try json.skip()
      }
    }
    let tier = PositionTier(
      minimumContracts: try json.require(minimum, "minSize"),
      maximumContracts: try json.require(maximum, "maxSize"),
      maintenanceMarginRate: try json.require(rate, "maintenanceMarginRate"),
      maximumLeverage: try json.require(leverage, "maxLeverage"))
    guard tier.maintenanceMarginRate.isPositive, tier.maintenanceMarginRate < 1,
      tier.maximumContracts > tier.minimumContracts
    else { throw json.problem(.unknownValue("a tier that contradicts itself")) }
    return tier
  }

  private struct Row {
    var id: InstrumentID?
    var base: String?
    var quote: String?
    var contractType: String?
    var instrumentType: String?
    var contractValue: BaseAmount?
    var tick: Price?
    var lot: Contracts?
    var minimum: Contracts?
    var maximumLimit: Contracts?
    var maximumMarket: Contracts?
    var maximumLeverage: Leverage?
    var state: String?

    func instrument(_ json: borrowing JSONScanner) throws(JSONProblem) -> Instrument {
      let instrument = Instrument(
        id: try json.require(id, "instId"),
        baseCurrency: try json.require(base, "baseCurrency"),
        quoteCurrency: try json.require(quote, "quoteCurrency"),
        contractValue: try json.require(contractValue, "contractValue"),
        tickSize: try json.require(tick, "tickSize"), lotSize: try json.require(lot, "lotSize"),
        minimumContracts: try json.require(minimum, "minSize"),
        maximumLimitContracts: try json.require(maximumLimit, "maxLimitSize"),
        maximumMarketContracts: try json.require(maximumMarket, "maxMarketSize"),
        maximumLeverage: try json.require(maximumLeverage, "maxLeverage"),
        status: Translation.status(try json.require(state, "state")))
      guard let instrument else {
        throw json.problem(.unknownValue("a step or size of zero or below"))
      }
      return instrument
    }
  }
}
