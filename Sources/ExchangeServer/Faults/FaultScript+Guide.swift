extension FaultScript {
  /// What can be written into a plan, for whoever writes one.
  public static let guide = """
    A fault plan has one JSON object a line; # begins a comment. With --fault-door the same objects
    are taken while the server runs: rules by POST /__sim/fault, acts by POST /__sim/act. POST
    /__sim/reset takes every fault back, GET /__sim/calls lists what was called and what came.

    A rule meets calls or pushes. Its "match" is a method and the end of a path, or the word stream
    and a channel; * is any. "nth" is the first match that it meets (1), "count" how many (1; 0 is
    all), "percent" their chance (100, by the seed); for pushes "instId" names one instrument.
      {"match":"POST trade/order","nth":2,"do":"apply_then_drop"}
      {"match":"* *","count":0,"percent":2,"do":"delay","ms":200}
      {"match":"stream books","instId":"BTC-USDT","nth":5,"do":"gap"}
    To calls: drop_before, apply_then_drop, delay (ms), status (status, body, retryAfter, apply),
    truncate (bytes), garbage (body), replace (find, with), reject (code, text, outer), partial
    (fill, in percent), fill_during_cancel.
    To pushes: gap, dup, reorder, garbage (body), replace (find, with), close (code).

    An act happens at once: close (streams: public or private, code), silence (streams, ms),
    logout, skew (ms), maintenance (ms), snapshot (instId), flood (instId, count, perSecond),
    external_order (members of trade/order), external_fill (instId, side, size), external_close
    (instId, marginMode), external_cancel (orderId, tpslId or algoId), fill (orderId or
    clientOrderId, size), liquidate (instId, marginMode, positionSide), adl (the same and size),
    funding (instId, rate), set_rule (instId, state, tickSize, lotSize, minSize, maxLimitSize,
    maxMarketSize). "key" names another account than the first.

    In a plan every line may say when: "at" ms after the start, "within" so many ms later by
    chance, "every" so many ms again.
      {"at":5000,"within":2000,"every":30000,"do":"close","code":1012}
    """
}
