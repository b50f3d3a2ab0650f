//! Lists of which there is nothing.

use kernel::ServiceArea;
use user::testing::ids;

use super::{World, page};
use crate::queries::{DreamerPlanFilter, MakerFilter, MakerPlanFilter};

pub async fn an_empty_store_has_empty_lists(world: World) {
    let World { makers, plans, quotes, reviews, points, .. } = &world;
    let (nobody, first) = (ids().next(), page(1, 5));
    assert_eq!(makers.list(&MakerFilter::default(), None, first).await.unwrap().total, 0);
    assert_eq!(makers.followed_by(nobody, first).await.unwrap().total, 0);
    assert_eq!(plans.count_by_area().await.unwrap(), []);
    assert_eq!(plans.count_by_trip_type(ServiceArea::Seoul).await.unwrap(), []);
    let open = plans.for_maker(nobody, &MakerPlanFilter::default(), first).await.unwrap();
    assert_eq!((open.plans.total, open.by_trip_type), (0, vec![]));
    assert_eq!(plans.of_dreamer(nobody, &DreamerPlanFilter::default(), first).await.unwrap().total, 0);
    assert_eq!(quotes.of_plan(ids().next(), nobody, false, first).await.unwrap().total, 0);
    assert_eq!(quotes.sent_by(nobody, first).await.unwrap().total, 0);
    assert_eq!(quotes.not_chosen_of(nobody, first).await.unwrap().total, 0);
    assert_eq!(reviews.written_by(nobody, first).await.unwrap().total, 0);
    assert_eq!(points.log(nobody, first).await.unwrap(), []);
}
