import time
import pytest
from tests.live.waiting import soon
@pytest.mark.parametrize("delay", [0,0.02,0.05,0.1,0.15,0.2,0.3,0.05,0.02,0.1,0.15,0.03,0.07,0.12])
def test_scratch(shop, delay):
    body, strap = shop.goods(60, 40)
    shop.keep(shop.draft(body, strap, price="80.00", vouchers="withdraw"))
    checkout = shop.basket(body, strap)
    shop.will_cost(checkout, "80.00")
    time.sleep(delay)
    with shop.voucher(code := f"TEN-{checkout[-6:]}", 10):
        shop.saleor.ask("add_promo_code", staff=False, id=checkout, code=code)
        t=time.time()
        try:
            shop.will_cost(checkout, "90.00")
        except AssertionError:
            print(checkout, shop.costs(checkout), t, shop.tandem.asked("SetLinePrices", checkout),  shop.tandem.asked("CheckoutPrices", checkout), flush=True)
            raise
