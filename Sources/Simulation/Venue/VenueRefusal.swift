import Trading
import Units

/// The venue's "no": the exchange's code and its own words. The members below are all there are.
///
/// Codes and texts: BloFin, "Errors" (documentation of 2026-03); [T], [C] and [?] as in the
/// reference: seen by a third party, in a client, or inferred.
public struct VenueRefusal: Error, Sendable, Hashable {
  /// The exchange's code.
  public let code: Int
  /// The exchange's words.
  public let text: String

  private init(_ code: Int, _ text: String) {
    self.code = code
    self.text = text
  }
}

/// Refusals of placing and canceling.
extension VenueRefusal {
  /// The client's id is in use by a live order.
  public static let duplicateClientOrderID = VenueRefusal(102002, "Duplicate customized order ID")
  /// There is no position to close.
  public static let positionClosed = VenueRefusal(102005, "Position had been closed")
  /// A limit order is above the largest size.
  public static let limitSizeAboveMaximum = VenueRefusal(
    102014, "Limit order exceeds maximum order size limit")
  /// A market order is above the largest size.
  public static let marketSizeAboveMaximum = VenueRefusal(
    102015, "Market order exceeds maximum order size limit")
  /// A price or size is not a multiple of its step [T].
  public static let offStep = VenueRefusal(102016, "Precision does not match")
  /// A reduce-only order finds no position.
  public static let reduceOnlyWithoutPosition = VenueRefusal(
    102022,
    "Failed to place order. You don't have any positions of this contract. "
      + "Turn off Reduce-only to continue.")
  /// There is no such order left to amend [C].
  public static let nothingToAmend = VenueRefusal(
    102067, "Amend failed as the order has been filled, canceled or does not exist.")
  /// There is no such order left to cancel.
  public static let nothingToCancel = VenueRefusal(
    102068, "Cancel failed as the order has been filled, triggered, canceled or does not exist.")
  /// The position side does not fit the account's position mode.
  public static let positionModeMismatch = VenueRefusal(102089, "Position mode mismatch")
  /// The free collateral does not carry the order.
  public static let insufficientMargin = VenueRefusal(
    103003, "Order failed. Insufficient USDT margin in account")
  /// The venue cannot do it now; also for a suspended instrument [?].
  public static let internalError = VenueRefusal(
    103013, "Internal error; unable to process your request. Please try again.")

  /// A buy is outside the price band.
  public static func buyOutsidePriceLimit(
    minimum: Price, maximum: Price, decimals: Int
  ) -> VenueRefusal {
    VenueRefusal(102064, "Buy " + band(minimum, maximum, decimals))
  }

  /// A sell is outside the price band.
  public static func sellOutsidePriceLimit(
    minimum: Price, maximum: Price, decimals: Int
  ) -> VenueRefusal {
    VenueRefusal(102065, "Sell " + band(minimum, maximum, decimals))
  }

  private static func band(_ minimum: Price, _ maximum: Price, _ decimals: Int) -> String {
    "price is not within the price limit "
      + "(Minimum: \(grouped(minimum, decimals)); Maximum:\(grouped(maximum, decimals)))"
  }

  /// Returns a price with thousands commas, as the exchange's message shows it.
  private static func grouped(_ price: Price, _ decimals: Int) -> String {
    let text = price.value.text(places: decimals, .towardZero)
    let whole = text.prefix { $0 != "." }
    var grouped = ""
    for (offset, digit) in whole.enumerated() {
      if offset > 0, (whole.count - offset).isMultiple(of: 3) { grouped.append(",") }
      grouped.append(digit)
    }
    return grouped + text.dropFirst(whole.count)
  }
}

/// Refusals of take profit and stop loss. Which side of which order a code means: reference 5.1.
extension VenueRefusal {
  /// Closing a long: the take profit is not above the last price.
  public static let takeProfitNotAboveLast = VenueRefusal(
    102037, "TP trigger price should be higher than the latest trading price")
  /// Closing a long: the stop loss is not below the last price.
  public static let stopLossNotBelowLast = VenueRefusal(
    102038, "SL trigger price should be lower than the latest trading price")
  /// Closing a short: the take profit is not below the last price.
  public static let takeProfitNotBelowLast = VenueRefusal(
    102039, "TP trigger price should be lower than the latest trading price")
  /// Closing a short: the stop loss is not above the last price.
  public static let stopLossNotAboveLast = VenueRefusal(
    102040, "SL trigger price should be higher than the latest trading price")
  /// A short limit entry: the stop loss is not above the order price.
  public static let stopLossNotAboveOrder = VenueRefusal(
    102047, "Stop loss trigger price should be higher than the order price")
  /// A short market entry: the stop loss is not above the best bid.
  public static let stopLossNotAboveBid = VenueRefusal(
    102048, "stop loss trigger price must be higher than the best bid price")
  /// A short limit entry: the take profit is not below the order price.
  public static let takeProfitNotBelowOrder = VenueRefusal(
    102049, "Take profit trigger price should be lower than the order price")
  /// A long market entry: the stop loss is not below the best ask.
  public static let stopLossNotBelowAsk = VenueRefusal(
    102050, "stop loss trigger price must be lower than the best ask price")
  /// A long limit entry: the stop loss is not below the order price.
  public static let stopLossNotBelowOrder = VenueRefusal(
    102051, "stop loss trigger price should be lower than the order price")
  /// A long limit entry: the take profit is not above the order price.
  public static let takeProfitNotAboveOrder = VenueRefusal(
    102052, "take profit trigger price should be higher than the order price")
  /// A short market entry: the take profit is not below the best bid.
  public static let takeProfitNotBelowBid = VenueRefusal(
    102053, "take profit trigger price should be lower than the best bid price")
  /// A long market entry: the take profit is not above the best ask.
  public static let takeProfitNotAboveAsk = VenueRefusal(
    102054, "take profit trigger price should be higher than the best ask price")
  /// The callback ratio of a trailing stop is out of range [C].
  public static let callbackRatioOutOfRange = VenueRefusal(
    148082, "Callback ratio is out of range")
  /// The callback spread of a trailing stop is out of range [C].
  public static let callbackSpreadOutOfRange = VenueRefusal(
    148083, "Callback spread is out of range")
  /// A trigger watches a price that the call does not take [C].
  public static let triggerSourceNotTaken = VenueRefusal(
    152428, "Trigger price type is not supported")
}

/// Refusals of settings, transfers and malformed requests.
extension VenueRefusal {
  /// Open cross orders block a change of leverage.
  public static let pendingCrossOrders = VenueRefusal(
    110006, "You have pending cross orders. Please cancel them before adjusting your leverage.")
  /// Open orders or positions block a change of mode.
  public static let closeFirst = VenueRefusal(
    110019, "Setting failed. Cancel any open orders, and close positions first.")
  /// A transfer with this client id was made before.
  public static let duplicateTransferID = VenueRefusal(150003, "clientId already exist")
  /// A wallet does not hold what is to be moved.
  public static let insufficientBalance = VenueRefusal(
    150004, "Insufficient balance. please adjust the amount and try again.")
  /// More than twenty orders in one request.
  public static let batchTooLong = VenueRefusal(
    152006, "Batch orders can be placed for up to 20 at once.")
  /// Orders of one request differ in instrument or margin mode.
  public static let batchMixed = VenueRefusal(
    152007, "Batch orders can only be placed with the same instId and marginMode.")
  /// Cancels of one request name orders in different ways.
  public static let batchCancelMixed = VenueRefusal(
    152008, "Only the same field is allowed for bulk cancellation of orders, orderId is preferred.")
  /// The instrument is unknown.
  public static let unknownInstrument = VenueRefusal(152014, "Instrument ID does not exist")
  /// More than twenty instruments in one request.
  public static let tooManyInstruments = VenueRefusal(
    152015, "Number of instId values exceeds the maximum limit of 20")
  /// The operation does not exist here.
  public static let notSupported = VenueRefusal(
    152404,
    "This operation is not supported, Please check the requestPath or API key permissions.")
  /// Two orders of one batch are the same [C].
  public static let batchDuplicate = VenueRefusal(152420, "Duplicate orders in one batch")

  /// A parameter is missing.
  public static func parameterMissing(_ name: String) -> VenueRefusal {
    VenueRefusal(152001, "Parameter \(name) cannot be empty")
  }

  /// A parameter has a value that the venue does not take.
  public static func parameterWrong(_ name: String) -> VenueRefusal {
    VenueRefusal(152002, "Parameter \(name) error.")
  }

  /// Neither of two parameters was given.
  public static func eitherRequired(_ one: String, _ other: String) -> VenueRefusal {
    VenueRefusal(152003, "Either parameter \(one) or \(other) is required")
  }

  /// An id is not 1 to 32 letters, digits or underscores.
  public static func identifierMalformed(_ name: String) -> VenueRefusal {
    VenueRefusal(
      152009,
      "\(name) must be a combination of numbers, letters, or underscores, "
        + "and the maximum length of characters is 32.")
  }
}
