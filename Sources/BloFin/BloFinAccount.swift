import EventLoop
import Exchanges
import JSONText
import Trading
import Transport
import Units

/// An account at BloFin that is asked a question or two: no streams are opened, nothing is changed.
public final class BloFinAccount {
  /// What an answer is handed to, once and later.
  public typealias Answer<Value> =
    @MainActor (Result<Value, BloFinExchange.ReadFailure>) -> Void

  let calls: RestCalls
  private let loop: any Loop
  private var catalog = InstrumentCatalog()

  /// Makes the asker; nothing is opened before a question. `seed` feeds nonces and must differ from
  /// run to run.
  public init(
    network: CurlMulti, loop: any Loop, hosts: BloFinHosts, credentials: BloFinCredentials,
    seed: UInt64
  ) throws(BloFinProblem) {
    guard credentials.environment == hosts.environment else {
      throw .wrongEnvironment(key: credentials.environment, hosts: hosts.environment)
    }
    self.loop = loop
    var random = SeededRandom(seed: seed)
    calls = RestCalls(
      http: network, loop: loop, hosts: hosts,
      signer: RequestSigner(credentials, nonceSeed: random.next()), random: random.split())
  }

  /// Reads balance, positions, orders and what waits for a price, at one moment.
  public func readSnapshot(_ done: @escaping Answer<AccountSnapshot>) {
    readRules(orFail: done) { [self] in
      // Fills belong to a snapshot; those of the last second cost no more than one page.
      let history = FillHistory(calls, catalog, since: now - .seconds(1), at: now)
      _ = AccountReader(calls, catalog, [], history, at: now) { result, _ in
        done(result.mapError { BloFinExchange.ReadFailure(outcome: $0.outcome) })
      }
    }
  }

  /// Reads the fills since a moment, oldest first.
  public func readFills(since begin: Timestamp, _ done: @escaping Answer<[Fill]>) {
    readRules(orFail: done) { [self] in
      calls.readAll(Lists.fills(catalog, since: begin), lane: .ordinary) { result in
        done(
          result.map { fills in
            fills.sorted { ($0.exchangeTime, $0.tradeID) < ($1.exchangeTime, $1.tradeID) }
          }.mapError { BloFinExchange.ReadFailure(outcome: $0.outcome) })
      }
    }
  }

  /// Reads the money that moved since a moment, oldest first.
  public func readBills(since begin: Timestamp, _ done: @escaping Answer<[Bill]>) {
    readFills(since: begin) { [self] result in
      guard case .success(let fills) = result else { return done(result.map { _ in [] }) }
      let booked = fills.flatMap(Bill.bills)
      read(Lists.fundings(since: begin), until: { _ in false }, orFail: done) { [self] fundings in
        read(Lists.transfers(), until: { $0.time < begin }, orFail: done) { transfers in
          let all = booked + fundings + transfers.filter { $0.time >= begin }
          done(.success(all.sorted { ($0.time, $0.kind.rawValue) < ($1.time, $1.kind.rawValue) }))
        }
      }
    }
  }

  private func read<Row: Sendable, Value>(
    _ list: PagedList<Row>, until isEnough: @escaping (Row) -> Bool,
    orFail done: @escaping Answer<Value>, _ next: @escaping @MainActor ([Row]) -> Void
  ) {
    calls.readAll(list, lane: .ordinary, until: isEnough) { result in
      switch result {
      case .success(let rows): next(rows)
      case .failure(let unproven):
        done(.failure(BloFinExchange.ReadFailure(outcome: unproven.outcome)))
      }
    }
  }

  /// Reads the rules of the instruments: without their bounds no number of an account is believed.
  private func readRules<Value>(
    orFail done: @escaping Answer<Value>, _ next: @escaping @MainActor () -> Void
  ) {
    calls.read(.instruments, lane: .ordinary) { [self] verdict in
      guard case .success(let envelope) = verdict else {
        done(.failure(BloFinExchange.ReadFailure(outcome: Unproven(verdict).outcome)))
        return
      }
      do throws(JSONProblem) {
        _ = catalog.set(try envelope.goodRows(InstrumentRows.instrument).rows)
        next()
      } catch {
        done(
          .failure(BloFinExchange.ReadFailure(outcome: Unproven(.instruments, error).outcome)))
      }
    }
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }
}

nonisolated extension BloFinExchange.ReadFailure: CustomStringConvertible {
  /// What was said, in words.
  public var description: String {
    switch outcome {
    case .confirmed: "the answer could not be used"
    case .refused(let refusal): "refused: \(refusal.message) (\(refusal.code))"
    case .unknown(let reason), .notSent(let reason): reason
    }
  }
}
