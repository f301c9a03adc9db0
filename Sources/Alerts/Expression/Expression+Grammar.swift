extension Expression {
  /// The grammar of rules in the notation of ISO 14977, as the help prints it.
  public static let grammar = """
    rule       = ( condition | "on" event ) { option } ;
    event      = event name [ "(" instrument ")" ] ;
    option     = "once" | "every" | "info" | "warning" | "critical" | "now" | "wait"
               | "rearm" number [ "%" ] | "cooldown" span | "expires" span
               | "note" '"' words '"' ;
    condition  = conjunct { "or" conjunct } ;
    conjunct   = negation { "and" negation } ;
    negation   = "not" negation | comparison ;
    comparison = sum [ ( ">" | ">=" | "<" | "<=" ) sum ] ;
    sum        = product { ( "+" | "-" ) product } ;
    product    = factor { ( "*" | "/" ) factor } ;
    factor     = "-" factor | primary ;
    primary    = number [ "%" | unit ] | reading | instrument | "(" condition ")"
               | "abs" "(" condition ")"
               | ( "min" | "max" ) "(" condition "," condition ")" ;
    reading    = name [ "(" instrument [ "," time frame [ "," number ] | "," span ] ")" ] ;
    instrument = letter or digit { letter or digit | "-" } ;
    time frame = "1m" | "3m" | "5m" | "15m" | "30m" | "1h" | "2h" | "4h" | "6h" | "8h"
               | "12h" | "1d" | "3d" | "1w" ;
    span       = digits unit ;
    unit       = "s" | "m" | "h" | "d" ;
    number     = digits [ "." digits ] ;
    """

  /// What the grammar cannot say, the readings and the events, a line for each.
  public static var help: [String] {
    var lines = [
      "An instrument alone is its price: btc > 65000. A rule fires when its condition comes true,",
      "not while it is true; it is armed again when the condition is false by the re-arm distance.",
      "Only like is compared with like: percentages are written with %, lengths of time with s, m,",
      "h or d. What is not known is neither true nor false, and fires nothing.", "", "Readings:",
    ]
    let width = 30
    for kind in ReadingKind.allCases {
      let form = kind.formText
      let gap = String(repeating: " ", count: max(1, width - form.count))
      lines.append("  \(form)\(gap)\(kind.meaning)")
    }
    lines += ["", "Events:"]
    for event in AlertEvent.allCases {
      let name = "on \(event.rawValue)"
      let gap = String(repeating: " ", count: max(1, width - name.count))
      lines.append("  \(name)\(gap)\(event.meaning)")
    }
    return lines
  }
}
