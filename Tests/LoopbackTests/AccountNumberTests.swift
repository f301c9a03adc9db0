import BloFin
import Exchanges
import Foundation
import Testing
import Trading
import Units

/// What a doorkeeper heard and says.
@MainActor private final class Door {
  var admission: BloFinExchange.Admission
  var numbers: [String?] = []
  /// How many events there were when it was asked last.
  var eventsBefore = 0

  init(_ admission: BloFinExchange.Admission) {
    self.admission = admission
  }
}

extension OverLoopback {
  /// Whose account it is, asked before anything of it is told.
  @MainActor @Suite(.serialized) struct AccountNumberTests {
    private static let path = "/api/v1/user/query-apikey"

    @Test func `R08 the account's number is asked for once, before the account is read`()
      async throws
    {
      let desk = try await Desk.open()
      let door = Door(.admitted)
      desk.exchange.doorkeeper = { number, answer in
        door.numbers.append(number)
        answer(door.admission)
      }
      try await desk.begin()
      #expect(try await desk.snapshot().positions == [])
      #expect(try await desk.snapshot().positions == [])
      #expect(door.numbers == ["100001"])
      #expect(try await desk.calls(to: Self.path) == 1)
    }

    @Test func `R08 of an account that is not admitted nothing is told`() async throws {
      let desk = try await Desk.open()
      let door = Door(.notAdmitted("it is another one"))
      desk.exchange.doorkeeper = { _, answer in
        door.eventsBefore = desk.events.count
        answer(door.admission)
      }
      try await desk.begin()
      _ = try await desk.wait(for: .privateStream) { $0 == .up }
      try await desk.act(#"{"do":"external_fill","instId":"BTC-USDT","side":"buy","size":"1"}"#)
      #expect(
        try await desk.ask(.accountSnapshot(leveragesOf: [])) == .notSent("it is another one"))
      // Once it is ours, the snapshot has what was passed over.
      door.admission = .admitted
      #expect(try await desk.snapshot().positions.map(\.contracts) == [1])
      let told = desk.events.prefix(door.eventsBefore).filter {
        if case .account = $0 { true } else { false }
      }
      #expect(told == [])
    }

    @Test func `R08 an account shows what a new journal would not know`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
      func traces() async throws -> AccountTraces {
        try await withCheckedContinuation { continuation in
          desk.exchange.readTraces(since: now - .hours(1)) { continuation.resume(returning: $0) }
        }.get()
      }
      #expect(try await traces() == AccountTraces(held: [], liveOrders: 0, endedOrders: 0))
      // What somebody else orders is none of ours; a position counts, whoever opened it.
      try await desk.act(#"{"do":"external_fill","instId":"BTC-USDT","side":"buy","size":"1"}"#)
      let price = try await desk.lastPrice().scaled(by: "0.9", .down).rounded(to: "0.1", .down)
      let run = RunID(prefix: "d", startedAt: now)
      for id in [desk.orderID(), ClientOrderID(run: run, sequence: 1)] {
        #expect(try await desk.ask(desk.resting(id, price)).isConfirmed)
      }
      let gone = ClientOrderID(run: run, sequence: 2)
      #expect(try await desk.ask(desk.resting(gone, price)).isConfirmed)
      #expect(try await desk.ask(.cancel(Desk.btc, .client(gone))).isConfirmed)
      let found = try await traces()
      #expect(found == AccountTraces(held: [Desk.btc], liveOrders: 1, endedOrders: 1))
      #expect(
        found.refusal(journal: "data/live/main/journal.sqlite")
          == "data/live/main/journal.sqlite knows nothing of this account, which has positions in "
          + "BTC-USDT and live orders of perpdeck (1) and orders of perpdeck that ended today (1): "
          + "a halt, what the day has lost and the peak of the equity are not known. Nothing was "
          + "ordered. Put the journal back, or start with --adopt to go on without it.")
    }

    @Test func `R08 where the exchange does not tell the number the account is read all the same`()
      async throws
    {
      let desk = try await Desk.open()
      let door = Door(.admitted)
      desk.exchange.doorkeeper = { number, answer in
        door.numbers.append(number)
        answer(door.admission)
      }
      try await desk.fault(
        #"{"match":"GET user/query-apikey","count":0,"do":"reject","code":"152404"}"#)
      try await desk.begin()
      #expect(try await desk.snapshot().positions == [])
      #expect(door.numbers == [nil])
    }

    @Test func `R08 a number that was refused for the key's sake lets nothing be read`()
      async throws
    {
      let desk = try await Desk.open()
      desk.exchange.doorkeeper = { _, answer in
        Issue.record("nothing was told")
        answer(.admitted)
      }
      try await desk.fault(
        #"{"match":"GET user/query-apikey","count":0,"do":"reject","code":"152406"}"#)
      try await desk.begin()
      guard case .refused(let refusal) = try await desk.ask(.accountSnapshot(leveragesOf: []))
      else {
        Issue.record("the account was read")
        return
      }
      #expect(refusal.code == "152406")
    }
  }
}
