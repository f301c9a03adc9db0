import AccountData
import Engine
import MarketData
import TestSupport
import Testing
import Trading
import Units

/// Alerts of connections: told when one is lost, and not while the first is on its way.
@Suite struct AlertLinkTests {
  private static let rule = "link_down every cooldown 1m warning"

  private func desk() -> EngineDesk {
    var desk = EngineDesk(settings: EngineDesk.settings(alerts: [Self.rule]))
    desk.take(.started(Recovery()))
    return desk
  }

  private func texts(_ desk: EngineDesk) -> [String] { desk.wanted.alerts.map(\.text) }

  @Test func `a start in which connections come up one after another tells of none`() {
    var desk = desk()
    desk.take(.link(.publicStream, .down("not needed")))
    desk.take(.link(.privateStream, .connecting))
    desk.take(.link(.requests, .connecting))
    _ = desk.ticks(3)
    desk.take(.link(.privateStream, .down("connection refused")))
    desk.take(.link(.privateStream, .connecting))
    desk.take(.link(.privateStream, .up))
    desk.take(.link(.requests, .up))
    _ = desk.ticks(6)
    desk.take(.link(.publicStream, .connecting))
    desk.take(.link(.publicStream, .up))
    _ = desk.ticks(60)
    #expect(texts(desk) == [])
    #expect(desk.timers[.alerts] == nil, "nothing is left that time could tell")
  }

  @Test func `a connection that does not come up in ten seconds is told, with the reason`() {
    var desk = desk()
    let start = desk.now
    desk.take(.link(.privateStream, .up))
    desk.take(.link(.requests, .up))
    desk.take(.link(.publicStream, .down("no route to host")))
    _ = desk.ticks(9)
    #expect(texts(desk) == [])
    _ = desk.ticks(1)
    #expect(desk.now - start == LinkStatus.patience)
    let told =
      "the market data stream has not come up since the start at \(start.timeText) UTC: "
      + "no route to host"
    #expect(texts(desk) == [told])
    desk.take(.link(.publicStream, .connecting))
    desk.take(.link(.publicStream, .down("no route to host")))
    _ = desk.ticks(120)
    #expect(texts(desk) == [told], "it is told once, however often it is tried")
  }

  @Test func `a connection that was up is told at once, and once until it is up again`() {
    var desk = desk()
    for link in LinkName.allCases { desk.take(.link(link, .up)) }
    desk.pass(.seconds(100))
    let lost = desk.now
    desk.take(.link(.privateStream, .down("closed with 1006")))
    let told = "the account stream is down since \(lost.timeText) UTC: closed with 1006"
    #expect(texts(desk) == [told])
    for _ in 0..<5 {
      _ = desk.ticks(30)
      desk.take(.link(.privateStream, .connecting))
      desk.take(.link(.privateStream, .down("connection refused")))
    }
    #expect(texts(desk) == [told])
    desk.take(.link(.privateStream, .up))
    desk.pass(.seconds(1))
    let again = desk.now
    desk.take(.link(.privateStream, .connecting))
    #expect(texts(desk) == [told, "the account stream is down since \(again.timeText) UTC"])
  }

  @Test func `all that is lost is told in one sentence`() {
    var desk = desk()
    for link in LinkName.allCases { desk.take(.link(link, .up)) }
    let first = desk.now
    desk.take(.link(.publicStream, .down("gone")))
    desk.pass(.seconds(61))
    let second = desk.now
    desk.take(.link(.requests, .down("no answer")))
    // One rule, and its condition was true already: a rule of its own tells of both.
    desk.command(.addAlert("link_down info"))
    #expect(
      texts(desk).last
        == "the market data stream is down since \(first.timeText) UTC: gone; "
        + "the connection for requests is down since \(second.timeText) UTC: no answer")
  }

  @Test func `a refused connection is told at once, for it does not come up by itself`() {
    var desk = desk()
    desk.take(.link(.privateStream, .refused("the key is not valid")))
    #expect(
      texts(desk) == [
        "the account stream is refused since \(desk.now.timeText) UTC: the key is not valid"
      ])
  }

  @Test func `H06 a ban by the firewall is told at once and once, and new risk waits for its end`()
  {
    var desk = EngineDesk(settings: EngineDesk.settings(alerts: [Self.rule]))
    desk.boot()
    desk.take(.link(.requests, .up))
    let ban = "The firewall before BloFin refuses this address (HTTP status 403)"
    desk.take(.link(.requests, .refused(ban)))
    let told = "the connection for requests is refused since \(desk.now.timeText) UTC: \(ban)"
    #expect(texts(desk) == [told])
    _ = desk.ticks(200)
    #expect(texts(desk) == [told])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "state.not_ready")
    desk.quote(Sample.bitcoin, 60_100)
    #expect(desk.snapshot.markets[Sample.btc]?.lastPrice == 60_100)
  }
}
