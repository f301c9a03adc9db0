/// The grammar of the command line as the help prints it, and the words that can be completed.
public enum LineGrammar {
  /// The grammar in EBNF (ISO 14977); words are separated by spaces and may be in any case.
  public static let rules = [
    #"line    = order | pair | scale | exit | view | alert | state | "note" text ;"#,
    #"order   = way market [ size ] { option }"#,
    #"        | way "stop" market price [ size ] { option | "for" span }"#,
    #"        | "reverse" held [ size ] { option }    (* only sl and tp *)"#,
    #"        | "template" name [ market ] ;    (* names: config/templates.yaml *)"#,
    #"pair    = "oco" way market [ size ] { option } "or" way [ size ] { option } ;"#,
    #"scale   = "scale" way market count price ".." price [ size ] { option } ;"#,
    #"way     = "buy" | "long" | "sell" | "short" ;"#,
    #"held    = market [ "long" | "short" ] ;    (* side: where both are held *)"#,
    #"exit    = "close" held [ percent ] [ "@" ( price | "bid" | "ask" ) [ "post" ] ]"#,
    #"        | "be" held | "cancel" ( "all" | "last" | market )"#,
    #"        | "amend" ( "last" | market ) [ contracts ] [ "@" ( price | "bid" | "ask" ) ]"#,
    #"        | ( "stop" | "sl" ) held ( price | percent ) | ( "target" | "tp" ) held goal"#,
    #"        | "trail" held ( price | percent ) [ "@" price ] | "abandon" market"#,
    #"        | "targets" held part { part } | "flatten" [ market ] ;"#,
    #"part    = ( price | number "r" ) percent ;    (* r: times the way to the stop *)"#,
    #"goal    = price | percent | number "r" ;"#,
    #"view    = "go" market | "tf" frame | "layout" name | "size" size | "filter" [ text ] ;"#,
    #"alert   = "alert" rule | "alerts" | "ack" [ name ]"#,
    #"        | ( "alert" "remove" | "unalert" ) number ;"#,
    #"state   = "arm" | "disarm" | "halt" | "pause" | "reduce" | "resume" | "help" | "quit""#,
    #"        | "strategy" name ( "running" | "approval" | "paused" )"#,
    #"        | "mode" ( "hedge" | "one-way" )"#,
    #"        | "lev" market number [ "x" ] | "reload" [ "loosen" ] | "reset" "peak" ;"#,
    #"option  = "@" ( price | "bid" | "ask" ) | "post" | "ioc" | "fok""#,
    #"        | "sl" ( price | percent )"#,
    #"        | "tp" goal [ percent ] ;   (* several in order *)"#,
    #"span    = number ( "m" | "h" | "d" ) ;    (* minutes, hours, days *)"#,
    #"size    = number [ "c" | "$" | "%" | "%m" | coin ] ;"#,
    #"percent = number "%" ;    (* size: % is risk to the stop, %m margin, c contracts *)"#,
  ]

  /// Lines that show how it is meant.
  public static let examples = [
    ("buy btc 0.5% sl 1% tp 2r", "market, risks 0.5 % of equity, target two risks away"),
    ("sell eth 100$ @ 2500 post", "rests at 2500, worth 100 USDT"),
    ("buy btc 1% sl 1% tp 2r 50% tp 4r 50%", "takes profit in two halves"),
    ("buy stop btc 62000 0.5% sl 1% for 4h", "buys when the mark gets there, today or not at all"),
    ("close sol 50%", "closes half of the position"),
    ("close sol 50% @ 160", "half of it rests there and only closes"),
    ("stop btc 61250", "moves the stop"),
    ("trail btc 1% @ 62000", "from 62000 on the stop follows one percent behind"),
    ("targets btc 62000 50% 63000 50%", "takes profit in two halves"),
    ("reverse btc sl 1%", "closes, then opens the other side (asks first)"),
    ("be btc", "stop to break-even, fees and funding paid"),
    ("scale buy btc 3 61000..60500", "three limit orders, the working size in all"),
    ("template dip btc", "the order that templates.yaml calls dip"),
    ("oco buy btc 1% @ 60000 or sell @ 62000", "the first fill cancels the other"),
    ("amend btc 8 @ 60400", "another size or price for the resting order (asks first)"),
    ("cancel all", "cancels every order of ours"),
    ("alert btc > 65000 once", "tells when the price gets there"),
    ("strategy btc-zones paused", "that strategy opens nothing until it is let again"),
    ("flatten", "closes and cancels everything (asks first)"),
  ]

  /// The words that a line can begin with.
  static let verbs = [
    "abandon", "ack", "alert", "alerts", "amend", "arm", "be", "buy", "cancel", "close", "disarm",
    "filter",
    "flatten", "go", "halt", "help", "layout", "lev", "long", "mode", "note", "oco", "pause",
    "quit",
    "reduce", "reload",
    "reset", "resume", "reverse", "scale", "sell", "short", "size", "sl", "stop", "strategy",
    "target",
    "targets",
    "template", "tf", "tp", "trail", "unalert",
  ]
}
