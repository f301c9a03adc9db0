/// The lines of the command corpus: families that multiply, and lines written by hand.
enum CommandCorpus {
  static let lines: [String] =
    orders + scales + exits + views + cut + broken + odd + plans + resting + waiting + parts

  private static let orders: [String] = ["buy", "sell", "long", "short"].flatMap { verb in
    ["", "5", "2c", "0.5%", "10%m", "100$", "0.01btc"].flatMap { size in
      ["", "@ 61000", "@61000.5", "@ bid", "@ ask post", "@ 60000 ioc"].flatMap { price in
        ["", "sl 1%", "sl 60000 tp 2r", "tp 65000", "tp 3% sl 0.5%"].map { options in
          joined([verb, "btc", size, price, options])
        }
      }
    }
  }

  private static let scales: [String] = ["buy", "short"].flatMap { verb in
    ["2", "3", "20"].flatMap { count in
      ["61000..60500", "1.5..2.25", "100..200"].flatMap { range in
        ["", "1%", "500$ post", "sl 59000 tp 2.5r"].map { rest in
          joined(["scale", verb, "eth", count, range, rest])
        }
      }
    }
  }

  private static let exits: [String] = ["btc", "SOL-USDT", "1000pepe"].flatMap { market in
    ["close", "close %", "stop @", "sl %", "target @", "tp %", "be", "cancel", "flatten", "lev"]
      .map { line in
        let words = line.split(separator: " ").map(String.init)
        let number = words.count == 1 ? "" : words[1] == "%" ? "50%" : "61250"
        return joined([words[0], market, words[0] == "lev" ? "5x" : number])
      }
  }

  private static let views: [String] =
    [
      "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "7m",
      "1M",
    ].map { "tf \($0)" }
    + ["overview", "scalp", "positions", "research", "Scalp", "none"].map { "layout \($0)" }
    + ["5", "0.5%", "5%m", "100$", "2c", "0.1btc", "x", "-1", "101%"].map { "size \($0)" }
    + [
      "arm", "disarm", "halt", "pause", "reduce", "resume", "help", "quit", "reload",
      "reload loosen", "reload now", "reload loosen it", "go eth", "filter",
      "filter !usdc", "filter sol", "note bought the dip", "note  two  spaces ", "cancel all",
      "cancel last", "flatten", "  buy   btc  1%  ", "BUY BTC 0.5% SL 1% TP 2R",
    ]

  private static let plans: [String] = [
    "reverse btc", "reverse btc 1%", "reverse btc 100$ sl 1% tp 2r", "reverse btc sl 61000",
    "reverse", "reverse btc @ 61000", "reverse btc post", "reverse btc 1 1", "trail btc 1%",
    "trail btc 250", "trail btc 0.5% @ 62000", "trail", "trail btc", "trail btc 0%",
    "trail btc 1% 2%", "trail btc 1% @", "trail btc 1% @ bid", "trail btc 1% from 5",
    "targets btc 62000 50%", "targets btc 62000 50% 63000 50%",
    "targets btc 62000 25% 62500 25% 63000 25% 63500 25%", "targets", "targets btc",
    "targets btc 62000", "targets btc 62000 half", "targets btc 62000 60% 63000 50%",
    "targets btc 50% 62000", "targets btc 1% 1% 1%", "abandon btc", "abandon", "abandon btc now",
    "template dip", "template dip eth", "template", "template dip eth now", "template dip *",
    "template Dip", "buy * 1%",
  ]

  private static let resting: [String] = [
    "oco buy btc 1% @ 60000 or sell @ 62000", "oco buy btc @ 60000 or sell @ 62000",
    "oco sell btc 5 @ 62000 post sl 1% tp 2r or buy 3 @ 60000 post sl 59000",
    "oco buy btc 1% @ bid or sell btc 2% @ ask", "oco long eth 100$ @ 2500 or short @ 2600 tp 3%",
    "OCO Buy BTC @ 60000 OR Sell @ 62000", "oco", "oco btc", "oco buy", "oco buy btc",
    "oco buy btc or sell @ 5", "oco buy btc @ 5", "oco buy btc @ 5 or", "oco buy btc @ 5 or sell",
    "oco buy btc @ 5 or sell eth @ 6", "oco buy btc @ 5 or btc @ 6", "oco buy btc @ 5 sell @ 6",
    "oco buy btc @ 5 or sell @ 6 or buy @ 7", "oco buy btc @ 5 ioc or sell @ 6",
    "oco buy btc @ 5 or sell @ 6 fok", "oco buy btc @ 5 or sell 0 @ 6", "or buy btc @ 5",
    "amend last 8", "amend last @ 60400", "amend btc 8 @ 60400", "amend btc 8c @bid",
    "amend btc @ ask", "amend", "amend last", "amend btc", "amend btc 5%", "amend btc 100$",
    "amend btc 0", "amend btc 8 8", "amend btc @", "amend btc @ mid", "amend btc @ 5 8",
    "amend 5", "amend all 5", "amend last 8 post",
  ]

  private static let waiting: [String] =
    ["buy", "short"].flatMap { verb in
      ["", "0.5%", "100$"].flatMap { size in
        ["", "@ 62100", "for 4h", "sl 1% tp 2r", "@ 62100 post for 90m sl 61000"].map { options in
          joined([verb, "stop", "btc", "62000", size, options])
        }
      }
    } + [
      "buy stop", "buy stop btc", "buy stop btc 62000 for", "buy stop btc 62000 for 4",
      "buy stop btc 62000 for h", "buy stop btc 62000 for 0h", "buy stop btc 62000 for 32d",
      "buy stop btc 62000 for 31d", "buy stop btc 62000 for +4h", "buy stop btc 62000 for 1.5h",
      "buy stop btc 62000 for 4h for 5h", "buy stop btc @ 62000", "buy stop btc 1%",
      "buy stop btc 62000 stop 61000", "buy stop btc 62000 post", "buy btc 1% for 4h",
      "buy btc stop 62000", "buy stop btc 62000 tp 2r tp 3r", "buy stop btc 62000 tp 2r 50%",
      "BUY STOP BTC 62000", "oco buy stop btc 62000 or sell @ 5", "scale buy stop btc 3 1..2",
    ]

  private static let parts: [String] = [
    "buy btc 1% sl 1% tp 2r 50% tp 4r 50%", "buy btc 1% tp 2r tp 3r", "buy btc tp 2r tp 3r tp 4r",
    "sell eth @ 2500 post tp 3% 25% tp 5% 25% sl 1%", "buy btc 1% tp 65000 50%",
    "buy btc 1% tp 65000 100%", "buy btc tp 5% 50% tp 66000 50%", "buy btc tp 2r 60% tp 3r 60%",
    "buy btc tp 2r 50% tp 3r", "buy btc tp 2r tp 3r 50%", "buy btc tp 2r 0%", "buy btc tp 2r 50",
    "buy btc tp 2r half", "buy btc tp 50% tp 2r", "buy btc tp", "buy btc tp 2r tp",
    "buy btc tp 2r 101%", "buy btc tp 2r 50% 50%", "scale buy btc 3 1..2 tp 2r tp 3r",
    "scale buy btc 3 1..2 tp 2r 50%", "reverse btc tp 2r tp 3r", "reverse btc tp 2r 50%",
    "oco buy btc @ 5 tp 2r tp 3r or sell @ 6", "oco buy btc @ 5 or sell @ 6 tp 2r 50%",
    "buy btc " + (1...10).map { "tp \($0)r" }.joined(separator: " "),
    "buy btc " + (1...11).map { "tp \($0)r" }.joined(separator: " "),
  ]

  /// Every line of some, cut after each of its words.
  private static let cut: [String] = [
    "buy btc 0.5% sl 1% tp 2r", "sell eth 100$ @ 2500 post",
    "scale buy btc 3 61000..60500 1% sl 2%",
    "close sol 50%", "stop btc 61250", "lev btc 5x", "cancel btc", "tf 15m", "layout scalp",
    "note text", "size 5%", "targets btc 62000 50% 63000 50%", "trail btc 1% @ 62000",
    "reverse btc 1% sl 1%", "template dip btc",
    "oco buy btc 1% @ 60000 sl 1% or sell 5 @ 62000 tp 2r", "amend last 8 @ 60400",
  ].flatMap { line -> [String] in
    let words = line.split(separator: " ").map(String.init)
    return (1..<words.count).map { words.prefix($0).joined(separator: " ") }
  }

  /// Numbers that are almost numbers, wherever a line has one.
  private static let broken: [String] = [
    "0", "-1", "+1", "1e5", "1,000", "1.2.3", "1.", ".5", "0x10", "NaN", "inf", "١", "01", "1 000",
    "99999999999", "0.0000000000000000001",
  ].flatMap { number in
    [
      "buy btc \(number)", "buy btc \(number)%", "buy btc \(number)$", "buy btc 1 @ \(number)",
      "buy btc 1 sl \(number)", "buy btc 1 tp \(number)r", "close btc \(number)%",
      "stop btc \(number)", "lev btc \(number)x", "scale buy btc 3 \(number)..5",
      "scale buy btc \(number) 1..5",
    ]
  }

  private static let odd: [String] = [
    "", "   ", "foo", "buybtc", "buy", "buy 5", "buy btc eth", "buy btc 1 1", "buy btc 1 foo",
    "buy btc 1 sl", "buy btc 1 tp", "buy btc 1 @", "buy btc 1 @ @", "buy btc 1 sl 1% sl 2%",
    "buy btc 1 tp 2r tp 3r", "buy btc 1 @ 5 @ 6", "buy btc 1 post", "buy btc 1 ioc",
    "buy btc 1 @ 5 post ioc", "buy btc 1 @ 5 post post", "buy btc 1 @ 5 fok post",
    "buy btc 1 @ mid", "buy btc 1 sl 101%", "buy btc 101%", "buy btc 1 sl abc", "buy btc 1 tp r",
    "buy btc 1%%", "buy btc 1$$", "buy btc 1%x", "buy btc 1b2", "buy btc; rm", "buy b@c 1",
    "buy ../.. 1", "buy 漢字 1", "buy btc 1 \u{1B}[31m", "close", "close btc 50", "close btc 0%",
    "close btc 100%", "close btc 100.1%", "close btc half", "close btc 50% now", "stop", "stop btc",
    "stop btc sl 5", "target btc 2r", "be", "be btc now", "cancel", "cancel everything all",
    "cancel 5", "flatten all btc", "flatten btc now", "lev", "lev btc", "lev btc x", "lev btc 5xx",
    "scale", "scale btc", "scale buy", "scale buy btc", "scale buy btc 3", "scale buy btc 1 1..2",
    "scale buy btc 21 1..2", "scale buy btc 3 1-2", "scale buy btc 3 1..", "scale buy btc 3 ..2",
    "scale buy btc 3 5..5", "scale buy btc 3 1..2..3", "scale buy btc 3 1..2 @ 5",
    "scale buy btc 3 1..2 ioc", "scale close btc 3 1..2", "tf", "tf 15m 1h", "tf fifteen", "layout",
    "layout scalp now", "size", "size 5 6", "go", "go btc eth", "note", "arm now", "disarm 5",
    "quit!", "help me", "halt because", ":buy btc", "y", "close sol 50 %",
  ]

  private static func joined(_ words: [String]) -> String {
    words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
