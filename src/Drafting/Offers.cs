namespace NGrammys.Drafting;

/// <summary>A node that a draft might have.</summary>
/// <param name="Token">The guessed token.</param>
/// <param name="Parent">Node behind which it is guessed.</param>
/// <param name="Source">Who guesses it.</param>
/// <param name="Survival">Estimated probability that it is reached and accepted.</param>
/// <param name="Product">Product of the estimates on its path, of which the survival is the corrected value.</param>
/// <param name="Trail">How well the tokens up to and with it were guessed.</param>
internal readonly record struct Offer(int Token, int Parent, DraftSource Source, float Survival, float Product, Trail Trail);

/// <summary>The likeliest offers, no more than can still be taken: what falls out would never have been a node.</summary>
internal sealed class Offers
{
    private Offer[] _offers = new Offer[32]; // the likeliest last
    private int _count;
    private int _room;

    /// <summary>Survival that an offer must exceed to be kept; children are no likelier than their parent, so one below it needs none.</summary>
    public float Floor => _room == 0 ? float.PositiveInfinity : _count < _room ? 0 : _offers[0].Survival;

    /// <summary>Forgets all offers.</summary>
    /// <param name="room">How many can be taken.</param>
    public void Clear(int room)
    {
        if (room > _offers.Length) _offers = new Offer[room];
        (_count, _room) = (0, room);
    }

    /// <summary>Keeps an offer, of equal ones the earlier first.</summary>
    public void Add(in Offer offer)
    {
        if (offer.Survival <= Floor) return;
        var place = _count == _room ? 0 : _count++;
        if (place > 0)
        {
            var at = 0;
            while (at < place && _offers[at].Survival < offer.Survival) at++;
            _offers.AsSpan(at, place - at).CopyTo(_offers.AsSpan(at + 1));
            _offers[at] = offer;
            return;
        }
        for (; place + 1 < _count && _offers[place + 1].Survival < offer.Survival; place++) _offers[place] = _offers[place + 1];
        _offers[place] = offer;
    }

    /// <summary>Takes the likeliest offer.</summary>
    public bool TryTake(out Offer offer)
    {
        offer = _count > 0 ? _offers[_count - 1] : default;
        if (_count == 0) return false;
        (_count, _room) = (_count - 1, _room - 1);
        return true;
    }
}
