extension FaultScript {
  /// What can be written into a plan, for whoever writes one; at most 78 columns wide.
  public static let guide = """
    A fault plan has one JSON object a line; # begins a comment. With --fault-door
    the same objects are taken while the server runs: rules by POST /__sim/fault,
    acts by POST /__sim/act. POST /__sim/reset takes every fault back, and
    GET /__sim/calls lists what was called and what came.

    A rule meets calls or pushes. Its "match" is a method and the end of a path,
    or the word stream and a channel; * is any.
      {"match":"POST trade/order","nth":2,"do":"apply_then_drop"}
      {"match":"* *","count":0,"percent":2,"do":"delay","ms":200}
      {"match":"stream books","instId":"BTC-USDT","nth":5,"do":"gap"}
    "nth" is the first match that it meets (1), "count" how many (1; 0: all),
    "percent" their chance (100). For pushes, "instId" names one instrument.
      calls   drop_before, apply_then_drop, delay (ms), truncate (bytes),
              status (status, body, retryAfter, apply), garbage (body),
              replace (find, with), reject (code, text, outer),
              partial (fill: percent), fill_during_cancel
      pushes  gap, dup, reorder, garbage (body), replace (find, with),
              close (code)

    An act happens at once. "key" names another account than the first.
      {"do":"external_fill","instId":"BTC-USDT","side":"buy","size":"1"}
      streams   close (streams: public or private, code), silence (streams, ms),
                logout, snapshot (instId), flood (instId, count, perSecond)
      exchange  skew (ms), maintenance (ms), funding (instId, rate),
                set_rule (instId, state, tickSize, lotSize, minSize,
                maxLimitSize, maxMarketSize)
      orders    external_order (members of trade/order), external_fill,
                external_cancel (orderId, tpslId or algoId),
                fill (orderId or clientOrderId, size)
      position  external_close, liquidate, adl (size), each with instId,
                marginMode and in hedge mode positionSide

    In a plan every line may say when: "at" ms after the start, "within" so many
    ms later by chance, "every" so many ms again. Chance follows --seed.
      {"at":5000,"within":2000,"every":30000,"do":"close","code":1012}
    """
}
