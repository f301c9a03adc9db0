import CandleCache
import EventLoop
import Exchanges
import Settings
import Trading

/// An exchange of a session with what is kept of its past candles before it.
@MainActor
struct PastOfExchange {
  /// The exchange for the session.
  let exchange: any Exchange
  private let cached: CachedCandles?

  /// Puts the cache of the data folder before an exchange. One on this machine has none: its next
  /// run is another market.
  init(
    _ inner: any Exchange, _ side: CandleOrigin.Side, _ places: AccountPlaces, server: String?,
    loop: DispatchLoop
  ) {
    guard server == nil else {
      cached = nil
      exchange = inner
      return
    }
    let folder = CandleFolder(data: places.data, CandleOrigin(inner.id, side))
    let cached = CachedCandles(inner, past: CandleDisk(folder, loop: loop), loop: loop)
    self.cached = cached
    exchange = cached
  }

  /// Has the session show and log what is wrong with a file.
  func tell(to session: TradingSession) {
    cached?.onProblem = { [weak session] in session?.say("\($0)", .warning) }
  }
}
